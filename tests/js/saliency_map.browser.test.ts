import { afterEach, describe, expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { createRamps } from "../../js/lib/colour";
import { FakeModel, frameOf, HEIGHT, mapFrame, pictureFrame, traits, WIDTH } from "./fake";
import {
  canvases,
  closeAll,
  drawn,
  mount,
  mountModel,
  named,
  pixel,
  point,
  press,
  release,
  slide,
  wait,
} from "./mount";

afterEach(closeAll);

const at = (row: number, column: number) => row * WIDTH + column;
const text = (root: Element, selector: string) => root.querySelector(selector)?.textContent ?? "";
const running = { finished: false, done: 4 };

describe("the picture", () => {
  test("the map is drawn over the picture and alone, in its colours", async () => {
    const { root } = await mount();
    const ramps = createRamps("red_blue", "light", [255, 255, 255]);
    const [over, alone] = canvases(root);
    expect(pixel(alone!, 2, 3)).toEqual(ramps.positive[255]);
    expect(pixel(alone!, 5, 6)).toEqual(ramps.negative[128]);
    expect(pixel(alone!, 0, 0)).toEqual([255, 255, 255]);
    const [red, green, blue] = pixel(over!, 2, 3);
    expect(red - green).toBeGreaterThan(80);
    expect(red - blue).toBeGreaterThan(50);
    const faded = pixel(over!, 0, 0);
    expect(new Set(faded).size).toBe(1);
    expect(faded[0]).toBeGreaterThan(128);
  });

  test("what is on screen can be read off the root", async () => {
    const { model, root } = await mount();
    expect(root.dataset).toMatchObject({
      job: "1",
      sequence: "1",
      done: "50",
      total: "50",
      finished: "true",
      noiseLevel: "0.15",
      method: "smoothgrad",
      target: "3",
      status: "done",
      version: "1",
    });
    model.preview(mapFrame({ ...running, job: 2, noise_level: 0.3 }));
    await drawn();
    expect(root.dataset).toMatchObject({ job: "2", done: "4", finished: "false", noiseLevel: "0.3", version: "2" });
  });

  test("stale previews are dropped but acknowledged; a drawn one is acknowledged once", async () => {
    const { model, root } = await mount();
    await vi.waitFor(() => expect(model.sent).toContainEqual(expect.objectContaining({ visible: true })));
    model.preview(mapFrame({ ...running, job: 3, sequence: 2 }, 0.5));
    expect(model.acknowledged()).toEqual([]);
    await drawn();
    expect(model.acknowledged()).toEqual([[3, 2]]);
    model.preview(mapFrame({ ...running, job: 2, sequence: 9 }));
    model.preview(mapFrame({ ...running, job: 3, sequence: 1 }));
    await drawn();
    expect(model.acknowledged()).toEqual([
      [3, 2],
      [2, 9],
      [3, 1],
    ]);
    expect(root.dataset).toMatchObject({ job: "3", sequence: "2" });
  });

  test("every preview is acknowledged, also when the next one overtakes it", async () => {
    const { model } = await mount();
    for (const sequence of [1, 2, 3]) model.preview(mapFrame({ ...running, job: 2, sequence }));
    await drawn();
    expect(model.acknowledged().sort()).toEqual([
      [2, 1],
      [2, 2],
      [2, 3],
    ]);
  });

  test("while a hand moves, an acknowledgement goes with the next request, or alone after a moment", async () => {
    const { model, root } = await mount();
    await vi.waitFor(() => expect(model.sent).toContainEqual(expect.objectContaining({ visible: true })));
    slide(named<HTMLInputElement>(root, "Noise level"), 0.3);
    model.preview(mapFrame({ ...running, job: 2, sequence: 2 }));
    await drawn();
    slide(named<HTMLInputElement>(root, "Noise level"), 0.31);
    await wait(150);
    expect(model.acknowledged()).toEqual([]);
    model.preview(mapFrame({ ...running, job: 3, sequence: 3 }));
    model.preview(mapFrame({ ...running, job: 3, sequence: 4 }));
    await wait(150);
    expect(model.acknowledged()).toEqual([[3, 4]]);
  });

  test("the colour range holds still while samples come, and settles at the end", async () => {
    const { model, root } = await mount({ status: "running" });
    const ends = () => root.querySelector(".bar text:nth-of-type(5)")?.textContent;
    expect(ends()).toBe("+1.0");
    model.preview(mapFrame({ ...running, job: 2 }, 0.7));
    await drawn();
    expect(ends()).toBe("+1.0");
    model.receive({ result: mapFrame({ job: 2, sequence: 2 }, 0.7) });
    await drawn();
    expect(ends()).toBe("+0.70");
  });

  test("a picture of the batch changes together with its map", async () => {
    const { model, root } = await mount({ n_pictures: 2 });
    const before = pixel(canvases(root)[0]!, 2, 3);
    const dark = pictureFrame(1);
    new Uint8Array(dark.buffers[0]!.buffer).fill(0);
    model.receive({ picture: dark });
    await drawn();
    expect(pixel(canvases(root)[0]!, 2, 3)).toEqual(before);
    model.receive({ result: mapFrame({ sequence: 2, index: 1 }) });
    await drawn();
    expect(pixel(canvases(root)[0]!, 0, 0)[0]).toBeLessThan(128);
  });

  test("before the first map the picture is faint and says what it waits for", async () => {
    const { model, root } = await mount({ status: "running" }, { state: { result: {} } });
    expect(root.querySelector(".pic.faint")).not.toBeNull();
    expect(text(root, ".status")).toContain("Waiting for the first samples.");
    model.preview(mapFrame(running));
    await drawn();
    expect(root.querySelector(".pic.faint")).toBeNull();
  });

  test("a hidden output is drawn when it shows", async () => {
    const { model, root } = await mount();
    const el = root.parentElement!;
    el.style.display = "none";
    model.preview(mapFrame({ ...running, job: 2 }));
    await drawn();
    expect(root.dataset.job).toBe("1");
    el.style.display = "";
    await drawn();
    expect(root.dataset.job).toBe("2");
  });

  test("an output that is hidden for less than a frame is drawn too", async () => {
    const { model, root } = await mount();
    const el = root.parentElement!;
    await wait(20); // out of the frame, whose end would observe the size
    el.style.display = "none";
    model.preview(mapFrame({ ...running, job: 2 }));
    requestAnimationFrame(() => {
      el.style.display = "";
    });
    await drawn();
    expect(root.dataset.job).toBe("2");
  });

  test("a frame that cannot be read is said, and the last good picture stays", async () => {
    const { model, root } = await mount();
    const broken = mapFrame({ job: 2 });
    broken.arrays[0]!.shape = [1, 1];
    model.receive({ result: broken });
    await drawn();
    expect(text(root, ".error")).toContain('Array "map" of shape 1 x 1');
    expect(root.dataset.job).toBe("1");
    model.receive({ result: mapFrame({ job: 3 }) });
    await drawn();
    expect(root.querySelector<HTMLElement>(".error")!.hidden).toBe(true);
  });
});

describe("the controls", () => {
  test("a noise drag sends the first move at once, then paced, and the last on release", async () => {
    const { model, root } = await mount();
    const noise = named<HTMLInputElement>(root, "Noise level");
    slide(noise, 0.2);
    expect(model.saved).toEqual([{ noise_level: 0.2 }]);
    for (const value of [0.21, 0.22, 0.23]) slide(noise, value);
    expect(model.saved).toHaveLength(1);
    expect(text(root, ".noise output")).toBe("23 %");
    slide(noise, 0.24);
    release(noise);
    expect(model.saved.at(-1)).toEqual({ noise_level: 0.24 });
    await wait(120);
    expect(model.saved).toHaveLength(2);
  });

  test("a preview is the answer that frees the next move, whatever the clock says", async () => {
    const { model, root } = await mount();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const noise = named<HTMLInputElement>(root, "Noise level");
    slide(noise, 0.2);
    slide(noise, 0.3);
    await drawn();
    expect(model.saved).toHaveLength(1);
    model.preview(mapFrame({ ...running, job: 2 }));
    await drawn();
    vi.useRealTimers();
    expect(model.saved.at(-1)).toEqual({ noise_level: 0.3 });
  });

  test("an echo does not move a slider under the hand; a linked widget does afterwards", async () => {
    const { model, root } = await mount();
    const noise = named<HTMLInputElement>(root, "Noise level");
    slide(noise, 0.4);
    model.receive({ noise_level: 0.2 });
    await drawn();
    expect(noise.valueAsNumber).toBe(0.4);
    release(noise);
    model.receive({ noise_level: 0.1 });
    await drawn();
    expect(noise.valueAsNumber).toBe(0.1);
    expect(text(root, ".noise output")).toBe("10 %");
  });

  test("a drag that ends where it began still ends", async () => {
    const { model, root } = await mount();
    const noise = named<HTMLInputElement>(root, "Noise level");
    slide(noise, 0.3);
    slide(noise, 0.15);
    noise.dispatchEvent(new PointerEvent("pointerup"));
    expect(model.get("noise_level")).toBe(0.15);
    model.receive({ noise_level: 0.5 });
    await drawn();
    expect(noise.valueAsNumber).toBe(0.5);
  });

  test("a value beyond the slider is printed as it is", async () => {
    const { root } = await mount({ n_samples: 1001, noise_level: 0.8 });
    expect(text(root, ".samples output")).toBe("1001");
    expect(text(root, ".noise output")).toBe("80 %");
  });

  test("how it is drawn never makes the kernel work", async () => {
    const { model, root } = await mount();
    named(root, "Positive values only").click();
    await drawn();
    expect(model.saved).toEqual([{ sign: "positive" }]);
    expect(pixel(canvases(root)[1]!, 5, 6)).toEqual([255, 255, 255]);
    const before = pixel(canvases(root)[0]!, 2, 3);
    const opacity = named<HTMLInputElement>(root, "Opacity");
    slide(opacity, 0);
    await drawn();
    expect(pixel(canvases(root)[0]!, 2, 3)).not.toEqual(before);
    release(opacity);
    expect(model.saved.at(-1)).toEqual({ opacity: 0 });
    expect(text(root, ".kernel")).toBe("");
  });

  test("methods without noise have no use for noise, samples and seed", async () => {
    const { model, root } = await mount();
    const method = named<HTMLSelectElement>(root, "Method");
    method.value = "gradient";
    method.dispatchEvent(new Event("change"));
    await drawn();
    expect(model.saved).toEqual([{ method: "gradient" }]);
    for (const name of ["Noise level", "Samples", "Seed"]) {
      expect(named<HTMLInputElement>(root, name).disabled).toBe(true);
    }
    const times = named<HTMLInputElement>(root, "Multiply by the input");
    expect(times.disabled).toBe(false);
    model.receive({ method: "gradient_x_input" });
    await drawn();
    expect([times.disabled, times.checked]).toEqual([true, true]);
  });

  test("a method that the reader gave later can be chosen, and chosen again", async () => {
    const { model, root } = await mount();
    const offered = () => [...named<HTMLSelectElement>(root, "Method").options].map(({ value }) => value);
    expect(offered()).not.toContain("custom");
    model.receive({ method: "custom" });
    await drawn();
    expect(named<HTMLSelectElement>(root, "Method").value).toBe("custom");
    model.receive({ method: "gradient" });
    await drawn();
    expect(offered()).toContain("custom");
  });

  test("a seed that is no seed is not taken", async () => {
    const { model, root } = await mount();
    const seed = named<HTMLInputElement>(root, "Seed");
    for (const value of ["-1", "9007199254740992", ""]) {
      seed.value = value;
      release(seed);
      expect(seed.value).toBe("0");
    }
    seed.value = "9007199254740991";
    release(seed);
    seed.value = "7";
    press(seed, "Enter");
    expect(model.saved).toEqual([{ seed: 2 ** 53 - 1 }, { seed: 7 }]);
  });

  test("stop, go on, compute again", async () => {
    const { model, root } = await mount({ status: "running" });
    named(root, "Stop").click();
    model.receive({ result: mapFrame({ finished: false, done: 32, sequence: 2 }), status: "cancelled" });
    await drawn();
    expect(text(root, ".status")).toContain("stopped at 32 of 50 samples");
    named(root, "Go on").click();
    model.receive({ status: "failed" });
    await drawn();
    named(root, "Compute again").click();
    named(root, "Reset").click();
    const commands = model.sent.map(({ kind }) => kind).filter((kind) => kind !== "visible");
    expect(commands).toEqual(["cancel", "compute", "compute", "reset"]);
  });

  test("what happens is said politely: that it computes, how far it is, what came out", async () => {
    const { model, root } = await mount();
    const said: string[] = [];
    const region = root.querySelector("[aria-live=polite]")!;
    const observer = new MutationObserver(() => said.push(region.textContent ?? ""));
    observer.observe(region, { childList: true, characterData: true, subtree: true });
    model.receive({ status: "running" });
    await wait(100);
    for (const sequence of [1, 2, 3]) model.preview(mapFrame({ ...running, job: 2, sequence, done: 4 * sequence }));
    await wait(1100);
    model.receive({ result: mapFrame({ job: 2, sequence: 4 }), status: "done" });
    await wait(1100);
    observer.disconnect();
    expect(said).toHaveLength(3);
    expect(said[0]).toBe("computing");
    expect(said[1]).toContain("12 of 50 samples");
    expect(said[2]).toContain("50 of 50 samples");
    expect(said[2]).toContain("Strongest positive value");
  });

  test("that it computes is said when it lasts, and at once when it ends", async () => {
    const { model, root } = await mount();
    model.receive({ job: 2, status: "running" });
    await drawn();
    expect(root.dataset.status).toBe("done");
    await vi.waitFor(() => expect(root.dataset.status).toBe("running"));
    model.receive({ status: "done" });
    await drawn();
    expect(root.dataset.status).toBe("done");
    model.receive({ job: 3, status: "running" });
    model.receive({ status: "cancelled" });
    await drawn();
    expect(root.dataset.status).toBe("cancelled");
    await wait(100);
    expect(root.dataset.status).toBe("cancelled");
  });

  test("progress is a hairline of the shown frame", async () => {
    const { model, root } = await mount({ status: "running" });
    model.preview(mapFrame({ ...running, job: 2, done: 20 }));
    await drawn();
    expect(root.querySelector<HTMLElement>(".status")!.style.getPropertyValue("--p")).toBe("40%");
    model.receive({ result: mapFrame({ job: 2, sequence: 2 }), status: "done" });
    await drawn();
    expect(root.querySelector<HTMLElement>(".status")!.style.getPropertyValue("--p")).toBe("0");
  });

  test("the focus stays where it was when the view changes around it", async () => {
    const { model, root } = await mount({ target: 2 });
    const focused = () => document.activeElement?.getAttribute("aria-label");
    for (const name of ["Map alone", "Picture alone", "Map over the picture"]) {
      named(root, name).focus();
      named(root, name).click();
      await drawn();
      expect(focused()).toBe(name);
    }
    named(root, "triangle").focus();
    model.receive({ scores: { ...traits().scores! } });
    await drawn();
    expect(focused()).toBe("triangle");
    model.receive({ status: "running" });
    await vi.waitFor(() => named(root, "Stop").focus());
    model.receive({ status: "done" });
    await drawn();
    expect(focused()).toBe("Status");
    named(root, "Copy as code").focus();
    named(root, "Copy as code").click();
    await vi.waitFor(() => expect(root.querySelector<HTMLElement>(".code")!.hidden).toBe(false));
    named(root, "Close").focus();
    named(root, "Close").click();
    await drawn();
    expect(focused()).toBe("Copy as code");
  });

  test("every focusable element keeps Jupyter's shortcuts away", async () => {
    const { root } = await mount({ n_pictures: 2 });
    named(root, "What is this?").click();
    named(root, "Copy as code").click();
    await vi.waitFor(() => expect(root.querySelector<HTMLElement>(".code")!.hidden).toBe(false));
    const all = [...root.querySelectorAll("input, select, button, [tabindex]")].filter((one) => one.checkVisibility());
    expect(all.length).toBeGreaterThan(20);
    expect(all.filter((one) => one.getAttribute("data-lm-suppress-shortcuts") !== "true")).toEqual([]);
    expect(all.filter((one) => !one.getAttribute("aria-label"))).toEqual([]);
  });
});

describe("the class", () => {
  const class_names = Array.from({ length: 1200 }, (_, index) => `kind ${index}`);
  class_names[700] = "espresso";

  test("any class by name, by keyboard alone", async () => {
    const { model, root } = await mount({ class_names, n_classes: 1200 });
    const field = named<HTMLInputElement>(root, "Class explained");
    await userEvent.click(field);
    expect(root.querySelectorAll("[role=option]").length).toBeLessThan(10);
    await userEvent.keyboard("espr");
    expect([...root.querySelectorAll("[role=option] span:first-child")].map((one) => one.textContent)).toEqual([
      "espresso",
    ]);
    await userEvent.keyboard("{Enter}");
    expect(model.saved).toEqual([{ target: 700 }]);
    await drawn();
    expect(field.value).toBe("espresso");
    const chosen = root.querySelector<HTMLInputElement>(".classes :checked")!;
    expect(chosen.getAttribute("aria-label")).toBe("espresso");
  });

  test("a suggestion can be clicked", async () => {
    const { model, root } = await mount();
    await userEvent.fill(named(root, "Class explained"), "tri");
    await userEvent.click(root.querySelector("[role=option]")!);
    expect(model.saved).toEqual([{ target: 2 }]);
    expect(root.querySelector<HTMLElement>("[role=listbox]")!.hidden).toBe(true);
  });

  test("a chosen class that is not among the best stays in the list until other scores come", async () => {
    const { model, root } = await mount({ target: 2 });
    const names = () => [...root.querySelectorAll(".classes .name")].map((one) => one.textContent);
    expect(names()).toEqual(["star", "circle", "triangle"]);
    model.receive({ target: 3 });
    await drawn();
    expect(names()).toEqual(["star", "circle", "triangle"]);
    model.receive({ scores: { ...traits().scores! } });
    await drawn();
    expect(names()).toEqual(["star", "circle"]);
  });

  test("Escape and leaving the field keep the class", async () => {
    const { model, root } = await mount();
    const field = named<HTMLInputElement>(root, "Class explained");
    await userEvent.click(field);
    await userEvent.keyboard("cro{Escape}");
    expect(field.value).toBe("star");
    await userEvent.keyboard("cro{Tab}");
    expect(field.value).toBe("star");
    expect(model.saved).toEqual([]);
  });

  test("the predicted class comes back as no class", async () => {
    const { model, root } = await mount({ target: 0 });
    await userEvent.click(named(root, "Class explained"));
    await userEvent.keyboard("{Enter}");
    expect(model.saved).toEqual([{ target: null }]);
  });

  test("one of the best by its button, with arrows", async () => {
    const { model, root } = await mount();
    named(root, "star").focus();
    await userEvent.keyboard("{ArrowDown}");
    expect(model.saved).toEqual([{ target: 0 }]);
    expect(document.activeElement?.getAttribute("aria-label")).toBe("circle");
  });

  test("names are data", async () => {
    const evil = '<img src=x onerror="globalThis.harmed = true">';
    const { root } = await mount(
      {
        class_names: [evil],
        n_classes: 1,
        scores: { kind: "score", top: [{ index: 0, name: evil, value: -2 }], values: [-2] },
        error: { title: evil, given: evil, expected: evil, do: evil },
      },
      { state: { result: mapFrame({ target: 0, target_name: evil, code: evil }) } },
    );
    named(root, "Copy as code").click();
    await wait(50);
    expect(root.querySelector("img")).toBeNull();
    expect(text(root, ".classes")).toContain(evil);
    expect(text(root, ".error b")).toBe(evil);
    expect("harmed" in globalThis).toBe(false);
  });
});

describe("values", () => {
  test("under the pointer, with their error, in both pictures and in the trait", async () => {
    const { model, root } = await mount();
    const [, alone] = canvases(root);
    const box = alone!.getBoundingClientRect();
    point(alone!, "pointermove", box.left + (3.5 / WIDTH) * box.width, box.top + (2.5 / HEIGHT) * box.height);
    await drawn();
    expect(model.get("hover")).toBe(at(2, 3));
    expect(text(root, ".tip:not([hidden])")).toBe("row 2, column 3\u2002+1.00 ± 0.20 at most");
    expect(root.querySelectorAll(".cross:not([style*=none])")).toHaveLength(2);
    await wait(120);
    expect(model.saved).toEqual([{ hover: at(2, 3) }]);
    alone!.closest(".pic")!.dispatchEvent(new PointerEvent("pointerleave"));
    await drawn();
    expect(model.get("hover")).toBeNull();
    expect(root.querySelector(".tip:not([hidden])")).toBeNull();
  });

  test("by the arrow keys; Shift goes by ten, Escape ends it, and each place is said", async () => {
    const { model, root } = await mount({ hover: at(2, 3) });
    const picture = root.querySelector<HTMLElement>(".pic")!;
    for (const key of ["ArrowDown", "ArrowRight"]) press(picture, key);
    expect(model.get("hover")).toBe(at(3, 4));
    press(picture, "ArrowRight", { shiftKey: true });
    expect(model.get("hover")).toBe(at(3, WIDTH - 1));
    await vi.waitFor(() => expect(text(root, "[aria-live]")).toContain("row 3, column 9"), { timeout: 3000 });
    press(picture, "Escape");
    expect(model.get("hover")).toBeNull();
  });

  test("a linked widget's place is shown", async () => {
    const { model, root } = await mount();
    model.receive({ hover: at(5, 6) });
    await drawn();
    expect(text(root, ".tip:not([hidden])")).toContain("row 5, column 6\u2002−0.50");
  });

  test("the text alternative names what is strongest", async () => {
    const { root } = await mount();
    expect(canvases(root)[1]!.getAttribute("aria-label")).toContain(
      "Strongest positive value +1.00 at row 2, column 3.",
    );
    expect(canvases(root)[1]!.getAttribute("role")).toBe("img");
  });
});

describe("the colour bar", () => {
  const graded = () =>
    frameOf(
      Int16Array.from({ length: HEIGHT * WIDTH }, (_, index) => index * 10),
      0.001,
    );

  test("the clip goes by keyboard: tenths, with Shift by one, to the ends", async () => {
    const { model, root } = await mount({ clip_percentile: 99.5 }, { state: { result: graded() } });
    const clip = named(root, "Clipping percentile");
    press(clip, "ArrowDown");
    expect(model.get("clip_percentile")).toBeCloseTo(99.4);
    press(clip, "ArrowDown", { shiftKey: true });
    expect(model.get("clip_percentile")).toBeCloseTo(98.4);
    press(clip, "Home");
    expect(model.get("clip_percentile")).toBe(90);
    await drawn();
    expect(text(root, ".cap")).toContain("clipped at 90 %");
    expect(text(root, ".bar text:nth-of-type(5)")).toBe("+0.71");
    press(clip, "End");
    await drawn();
    expect(text(root, ".cap")).toContain("not clipped");
  });

  test("the clip goes by dragging its handle, and the bar follows on release", async () => {
    const { model, root } = await mount({ clip_percentile: 100 }, { state: { result: graded() } });
    const clip = named(root, "Clipping percentile");
    clip.setPointerCapture = () => {};
    const grip = clip.querySelectorAll("rect")[1]!.getBoundingClientRect();
    const bar = root.querySelector(".bar svg")!.getBoundingClientRect();
    const [x, y] = [grip.left + 12, grip.top + 12];
    const inwards = 0.05 * (bar.height / 2);
    point(clip, "pointerdown", x, y);
    point(clip, "pointermove", x, y + inwards);
    const dragged = model.get("clip_percentile") as number;
    expect(dragged).toBeGreaterThan(90);
    expect(dragged).toBeLessThan(99);
    await drawn();
    expect(text(root, ".bar text:nth-of-type(5)")).toBe("+0.79");
    point(clip, "pointerup", x, y + inwards);
    await drawn();
    expect(text(root, ".bar text:nth-of-type(5)")).not.toBe("+0.79");
    expect(model.saved.at(-1)).toEqual({ clip_percentile: dragged });
  });

  test("the threshold goes by keyboard and makes the overlay transparent", async () => {
    const { model, root } = await mount();
    const threshold = named(root, "Overlay threshold");
    const before = pixel(canvases(root)[0]!, 5, 6);
    for (let step = 0; step < 6; step++) {
      press(threshold, "ArrowUp", { shiftKey: true });
      await drawn();
    }
    expect(model.get("threshold")).toBeCloseTo(0.65);
    expect(pixel(canvases(root)[0]!, 5, 6)).not.toEqual(before);
    expect(pixel(canvases(root)[0]!, 5, 6)).toEqual(pixel(canvases(root)[0]!, 0, 0));
  });

  test("no signal: no bar, and why", async () => {
    const { root } = await mount({}, { state: { result: frameOf(new Int16Array(80), 0, { relative_error: null }) } });
    expect(getComputedStyle(root.querySelector(".bar")!).visibility).toBe("hidden");
    expect(text(root, ".no-signal:not([hidden])")).toContain("every value is exactly 0");
    expect(text(root, ".status")).toContain("no signal");
  });
});

describe("what can go wrong", () => {
  const error = { title: "The model failed.", given: "a batch", expected: "3 channels", do: "repeat it" };

  test("an error stands above the picture, which stays", async () => {
    const { model, root } = await mount();
    const before = pixel(canvases(root)[1]!, 2, 3);
    model.receive({ status: "failed", error });
    await drawn();
    expect(root.querySelector(".error")!.getAttribute("role")).toBe("alert");
    expect(text(root, ".error")).toBe("The model failed.Givena batchExpected3 channelsDorepeat it");
    expect(pixel(canvases(root)[1]!, 2, 3)).toEqual(before);
    model.receive({ error: null, status: "running" });
    await drawn();
    expect(root.querySelector<HTMLElement>(".error")!.hidden).toBe(true);
  });

  test("a kernel that does not answer is said, until it does", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const model = new FakeModel({ ...traits(), picture: pictureFrame(), result: mapFrame() });
    const { root } = await mountModel(model);
    release(Object.assign(named<HTMLInputElement>(root, "Seed"), { value: "5" }));
    vi.advanceTimersByTime(3100);
    vi.useRealTimers();
    await drawn();
    expect(text(root, ".kernel")).toContain("busy or gone");
    expect(named<HTMLInputElement>(root, "Seed").disabled).toBe(false);
    model.receive({ job: 2 });
    await drawn();
    expect(root.querySelector<HTMLElement>(".kernel")!.hidden).toBe(true);
  });

  test("without a kernel what needs it is off, the rest works, and it comes back", async () => {
    const { model, root } = await mount({ status: "running" });
    await vi.waitFor(() => expect(model.sent).toContainEqual(expect.objectContaining({ visible: true })));
    const connect = async (comm_live: boolean) => {
      model.receive({ layout: { comm_live } });
      model.emit("comm_live_update");
      await wait(20);
      await drawn();
    };
    await connect(false);
    expect(text(root, ".kernel")).toContain("The kernel is gone.");
    expect(named<HTMLInputElement>(root, "Noise level").disabled).toBe(true);
    expect(named<HTMLInputElement>(root, "star").disabled).toBe(true);
    expect(named<HTMLButtonElement>(root, "Stop").disabled).toBe(true);
    expect(named<HTMLInputElement>(root, "Opacity").disabled).toBe(false);
    const seen = () => model.sent.filter(({ kind, visible }) => kind === "visible" && visible).length;
    const before = seen();
    await connect(true);
    expect(named<HTMLInputElement>(root, "Noise level").disabled).toBe(false);
    expect(seen()).toBe(before + 1); // the kernel may have forgotten who looks
  });

  test("a notice is put into words", async () => {
    const { root } = await mount({ notice: "unsafe_to_train" });
    expect(text(root, ".notice")).toContain("Do not train it meanwhile.");
  });
});

describe("views", () => {
  test("two of one model share its state and keep their own", async () => {
    const { model, root, again } = await mount();
    const other = await again();
    named(root, "What is this?").click();
    model.preview(mapFrame({ ...running, job: 2 }));
    await drawn();
    expect([root.dataset.job, other.dataset.job]).toEqual(["2", "2"]);
    expect(model.acknowledged()).toEqual([[2, 1]]);
    expect(root.querySelector<HTMLElement>(".about")!.hidden).toBe(false);
    expect(other.querySelector<HTMLElement>(".about")!.hidden).toBe(true);
    const seen = model.sent.filter(({ kind, visible }) => kind === "visible" && visible).map(({ view }) => view);
    expect(new Set(seen).size).toBe(2);
  });

  test("closing takes every listener and element away, and says that nobody looks", async () => {
    const { model, root, close } = await mount();
    await vi.waitFor(() => expect(model.sent).toContainEqual(expect.objectContaining({ visible: true })));
    close();
    expect(model.listening).toBe(0);
    expect(root.isConnected).toBe(false);
    expect(model.sent.at(-1)).toMatchObject({ kind: "visible", visible: false });
    const sent = model.sent.length;
    model.preview(mapFrame({ ...running, job: 5 }));
    document.body.style.background = "#111";
    await drawn();
    expect(model.sent).toHaveLength(sent);
  });

  test("the theme is that of the page behind, and zero keeps its colour", async () => {
    document.body.style.background = "#ffffff";
    const { root } = await mount();
    expect(root.dataset.theme).toBe("light");
    document.body.style.background = "#181818";
    await vi.waitFor(() => expect(root.dataset.theme).toBe("dark"));
    await drawn();
    expect(pixel(canvases(root)[1]!, 0, 0)).toEqual([24, 24, 24]);
    expect(getComputedStyle(root).color).not.toBe("rgb(33, 33, 33)");
  });

  test("a page that only changes its icon is not measured again", async () => {
    const { root } = await mount();
    const painted = vi.spyOn(CanvasRenderingContext2D.prototype, "fillRect");
    document.head.append(Object.assign(document.createElement("link"), { rel: "icon", href: "data:," }));
    await drawn();
    expect(painted).not.toHaveBeenCalled();
    const style = Object.assign(document.createElement("style"), { textContent: "body { background: #181818; }" });
    document.head.append(style);
    await vi.waitFor(() => expect(root.dataset.theme).toBe("dark"));
    painted.mockRestore();
    style.remove();
    document.head.querySelector("link[rel=icon]")?.remove();
  });

  test("a view that comes into a dark page is dark", async () => {
    document.body.style.background = "#181818";
    const { root } = await mount();
    expect(root.dataset.theme).toBe("dark");
    expect(pixel(canvases(root)[1]!, 0, 0)).toEqual([24, 24, 24]);
  });

  test("it works in a shadow root", async () => {
    const { root } = await mount();
    const host = document.createElement("div");
    host.style.background = "#101010";
    document.body.append(host);
    host.attachShadow({ mode: "open" }).append(root.parentElement!);
    host.style.padding = "1px";
    slide(named<HTMLInputElement>(root, "Opacity"), 0.5);
    await drawn();
    expect(canvases(root)[1]!.width).toBeGreaterThan(0);
    named(root, "What is this?").click();
    await drawn();
    expect(root.querySelector("math")).not.toBeNull();
    host.remove();
  });

  test("very narrow: the buttons end where the cell does, beside the seed", async () => {
    const { root } = await mount({}, { width: 300 });
    const [buttons, seed] = [".buttons", ".seed"].map((one) => root.querySelector(one)!.getBoundingClientRect());
    expect(buttons!.right).toBeCloseTo(root.getBoundingClientRect().right, 0);
    expect(buttons!.left).toBeGreaterThan(seed!.right);
  });

  test("narrow: one picture, the bar beneath it", async () => {
    const { root } = await mount({}, { width: 360 });
    expect(root.dataset.layout).toBe("narrow");
    const shown = canvases(root).filter((canvas) => canvas.getBoundingClientRect().width > 0);
    expect(shown).toHaveLength(1);
    expect(root.querySelector(".bar")!.getBoundingClientRect().top).toBeGreaterThan(
      shown[0]!.getBoundingClientRect().bottom,
    );
    expect(root.scrollWidth).toBeLessThanOrEqual(360);
  });

  test.each([360, 420, 500, 640, 720, 780, 806, 900, 1200])(
    "nothing sticks out of %i pixels, and no control covers another",
    async (width) => {
      const { root } = await mount({ n_pictures: 3 }, { width });
      const bounds = root.getBoundingClientRect();
      const controls = [...root.querySelectorAll<HTMLElement>("input:not([type=radio]), select, button")].filter(
        (one) => one.getClientRects().length,
      );
      const boxes = controls.map((one) => ({ name: one.getAttribute("aria-label"), box: one.getBoundingClientRect() }));
      for (const { name, box } of boxes) {
        expect(box.left, name!).toBeGreaterThanOrEqual(bounds.left - 1);
        expect(box.right, name!).toBeLessThanOrEqual(bounds.right + 1);
      }
      boxes.forEach(({ name, box }, index) => {
        for (const other of boxes.slice(index + 1)) {
          const covered =
            Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left) > 1 &&
            Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top) > 1;
          expect(covered, `${name} and ${other.name}`).toBe(false);
        }
      });
    },
  );

  test("Korean, and back", async () => {
    const { model, root } = await mount({ language: "ko" });
    expect(text(root, ".status")).toContain("샘플 50개 중 50개");
    model.receive({ language: "en" });
    await drawn();
    expect(text(root, ".status")).toContain("50 of 50 samples");
    expect(root.querySelectorAll(".controls:not(.more)")).toHaveLength(1);
  });

  test("the captions' controls go where their picture is, and come back", async () => {
    const { root } = await mount();
    const heads = () =>
      [...root.querySelectorAll(".panel:not([hidden]) > .head")].map((head) =>
        [...head.querySelectorAll("[role=group], input")].map((one) => one.getAttribute("aria-label")),
      );
    const both = [["Layout", "Opacity"], ["Sign"]];
    expect(heads()).toEqual(both);
    const steps = {
      "Map over the picture": [["Layout", "Sign", "Opacity"]],
      "Map alone": [["Layout", "Sign"]],
      "Picture alone": [["Layout"]],
    };
    for (const [name, expected] of Object.entries(steps)) {
      named(root, name).click();
      await drawn();
      expect(heads()).toEqual(expected);
      named(root, "Map over the picture, and map alone beside it").click();
      await drawn();
      expect(heads()).toEqual(both);
    }
  });

  test("one panel instead of two, of this view alone", async () => {
    const { model, root } = await mount();
    named(root, "Picture alone").click();
    await drawn();
    const shown = canvases(root).filter((canvas) => canvas.getBoundingClientRect().width > 0);
    expect(shown).toHaveLength(1);
    expect(pixel(shown[0]!, 2, 3)).toEqual([128, 128, 128]);
    expect(model.saved).toEqual([]);
  });
});

describe("taking it away", () => {
  test("code that cannot be copied is shown, selected", async () => {
    const copy = vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new Error("not allowed"));
    const { root } = await mount();
    named(root, "Copy as code").click();
    await vi.waitFor(() => expect(text(root, ".code pre")).toBe("xw.SmoothGrad(model)"));
    await drawn();
    expect(getSelection()?.toString()).toBe("xw.SmoothGrad(model)");
    expect(text(root, ".code")).toContain("Ctrl+C");
    copy.mockRestore();
  });

  test("code that is copied is shown", async () => {
    const copy = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    const { root } = await mount();
    named(root, "Copy as code").click();
    await vi.waitFor(() => expect(text(root, ".code")).toContain("Copied"));
    expect(copy).toHaveBeenCalledWith("xw.SmoothGrad(model)");
    press(root.querySelector(".code pre")!, "Escape");
    await drawn();
    expect(root.querySelector<HTMLElement>(".code")!.hidden).toBe(true);
    copy.mockRestore();
  });

  test("another press copies what is shown now, and closes the panel where that is the same", async () => {
    const copy = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    const { root, model } = await mount();
    const panel = root.querySelector<HTMLElement>(".code")!;
    named(root, "Copy as code").click();
    await vi.waitFor(() => expect(text(panel, "pre")).toBe("xw.SmoothGrad(model)"));
    model.receive({ result: mapFrame({ job: 2, sequence: 2, code: "xw.Gradient(model)" }) });
    await vi.waitFor(() => expect(root.dataset.job).toBe("2"));
    named(root, "Copy as code").click();
    await vi.waitFor(() => expect(text(panel, "pre")).toBe("xw.Gradient(model)"));
    expect(copy).toHaveBeenLastCalledWith("xw.Gradient(model)");
    named(root, "Copy as code").click();
    await vi.waitFor(() => expect(panel.hidden).toBe(true));
    expect(copy).toHaveBeenCalledTimes(2);
    copy.mockRestore();
  });

  test("the figure is a PNG with the picture's colours in it", async () => {
    const files: string[] = [];
    const blobs: Blob[] = [];
    const click = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
      files.push(this.download);
    });
    const make = vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
      blobs.push(blob as Blob);
      return "blob:figure";
    });
    const { root } = await mount();
    named(root, "Download PNG").click();
    await vi.waitFor(() => expect(files).toEqual(["smoothgrad_star.png"]));
    click.mockRestore();
    make.mockRestore();
    const image = await createImageBitmap(blobs[0]!);
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: image.width, height: image.height });
    const context = canvas.getContext("2d")!;
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    let strongest = 0;
    for (let index = 0; index < data.length; index += 4) {
      if (data[index] === 129 && data[index + 1] === 25 && data[index + 2] === 48) strongest++;
    }
    expect(image.width).toBeGreaterThan(1000);
    expect(strongest).toBeGreaterThan(500);
  });
});
