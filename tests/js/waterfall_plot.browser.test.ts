import "../../js/waterfall_plot.css";
import { afterEach, describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import type { WaterfallTraits } from "../../js/lib/waterfall_state";
import factory from "../../js/waterfall_plot";
import { FakeModel } from "./fake";
import { closeAll, drawn, mountModel, named, press, release, slide } from "./mount";
import { features, waterfallFrame, waterfallTraits } from "./waterfall_fake";

afterEach(closeAll);

interface Options {
  width?: number;
  result?: unknown;
  offline?: boolean;
}

async function mount(changes: Partial<WaterfallTraits> = {}, options: Options = {}) {
  const { width = 900, result = waterfallFrame(), offline = false } = options;
  const model = new FakeModel({ ...waterfallTraits(changes), result });
  return mountModel(offline ? Object.assign(model, { offline }) : model, width, factory);
}

const text = (root: Element, selector: string) => root.querySelector(selector)?.textContent ?? "";
const texts = (root: Element, selector: string) =>
  [...root.querySelectorAll(selector)].map((one) => one.textContent!.replaceAll("\u00a0", " "));
const row = (root: Element, name: string) =>
  [...root.querySelectorAll<SVGElement>(".row")].find((one) => one.getAttribute("aria-label")!.startsWith(name))!;
const editor = (root: Element) => root.querySelector<HTMLElement>(".editor")!;
const open = async (root: Element, name: string) => {
  row(root, name)
    .querySelector(".label")!
    .dispatchEvent(new MouseEvent("click", { bubbles: true }));
  await drawn();
};
const choose = (input: HTMLSelectElement, value: string) => {
  input.value = value;
  input.dispatchEvent(new Event("change"));
};
const fill = (input: HTMLInputElement, value: string) => {
  input.value = value;
  press(input, "Enter");
};

/** Where a bar begins and ends. */
function extent(root: Element, index: number): [number, number] {
  const box = root.querySelectorAll(".bar")[index]!.getBoundingClientRect();
  return [box.left, box.right];
}

/** Parts that do not lie within the view, or lie over each other. */
function clipped(root: Element): string[] {
  const bounds = root.getBoundingClientRect();
  return [...root.querySelectorAll("svg text, button, input, select, .tip:not([hidden]), .change")]
    .filter((one) => one.getClientRects().length && one.textContent !== "" && getComputedStyle(one).display !== "none")
    .filter((one) => {
      const { left, right } = one.getBoundingClientRect();
      return left < bounds.left - 1 || right > bounds.right + 1;
    })
    .map((one) => one.textContent || one.tagName);
}

function overlapping(root: Element): string[] {
  const boxes = [...root.querySelectorAll("svg text")]
    .filter((one) => one.textContent)
    .map((one) => ({ text: one.textContent, box: one.getBoundingClientRect() }));
  return boxes.flatMap(({ text, box }, index) =>
    boxes
      .slice(index + 1)
      .filter(({ box: other }) => {
        const across = Math.min(box.right, other.right) - Math.max(box.left, other.left);
        const down = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
        return across > 1.5 && down > 4;
      })
      .map((other) => `${text} / ${other.text}`),
  );
}

describe("the bars", () => {
  test("lead from the base value to the prediction, the strongest on top", async () => {
    const { root } = await mount();
    expect(texts(root, ".row .name")).toEqual(["temp = ", "hum = ", "season = ", "wind = ", "work = "]);
    expect(texts(root, ".bars .number")).toEqual(["+30.0", "−20.0", "+10.0", "−5.0", "0"]);
    expect(texts(root, ".ends text")).toEqual(["base value E f(X) = 100.0", "f(x) = 115.0"]);
    const [temp, hum] = [extent(root, 0), extent(root, 1)];
    expect(temp[0]).toBeCloseTo(hum[0], 0); // the red one begins where the blue one ends
    expect(temp[1] - temp[0]).toBeCloseTo(1.5 * (hum[1] - hum[0]), 0);
    expect([...root.querySelectorAll(".bar")].map((bar) => bar.classList[1])).toEqual([
      "raises",
      "lowers",
      "raises",
      "lowers",
      "nothing",
    ]);
  });

  test("the weakest are joined", async () => {
    const { model, root } = await mount({ max_display: 3 });
    expect(texts(root, ".row .name")).toEqual(["temp = ", "hum = ", "season = ", "and 2 other features"]);
    expect(texts(root, ".bars .number")).toEqual(["+30.0", "−20.0", "+10.0", "−5.0"]);
    const many = Array.from({ length: 12 }, (_, index) => `f${index}`);
    model.receive({ result: waterfallFrame({ job: 2, features: many, row: null }, { values: many.map((_, k) => k) }) });
    await drawn();
    choose(named(root, "Features"), "12");
    await drawn();
    expect(root.querySelectorAll(".row")).toHaveLength(12);
    expect(model.get("max_display")).toBe(12);
  });

  test.each([1e-7, 1e6])("one power of ten holds for bars, ends and axis: %f", async (scale) => {
    const values = [30, -20, 10, -5, 0].map((value) => value * scale);
    const header = { base: 100 * scale, prediction: 115 * scale };
    const { root } = await mount({}, { result: waterfallFrame(header, { values }) });
    const [, power] = text(root, ".title").match(/10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/)!;
    const exponent = Number([...power!].map((digit) => (digit === "⁻" ? "-" : "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(digit))).join(""));
    const read = (told: string) => Number(told.replace("−", "-").replace(/[^-.\d]/g, "")) * 10 ** exponent;
    const ends = texts(root, ".ends text").map((told) => read(told.split("=")[1]!) / scale);
    expect(ends[0]).toBeCloseTo(100, 6);
    expect(ends[1]).toBeCloseTo(115, 6);
    for (const tick of texts(root, ".axis text")) {
      expect(read(tick) / scale).toBeGreaterThan(80);
      expect(read(tick) / scale).toBeLessThan(120);
    }
    expect(root.querySelectorAll(".bar.nothing")).toHaveLength(1);
  });

  test("standard errors are whiskers, but for rounding", async () => {
    const { model, root } = await mount(
      {},
      {
        result: waterfallFrame(
          { unit: "coalition", done: 40, total: 80 },
          { values: [30, -20, 10, -5, 0], errors: [3, 2, 1, 1, 0] },
        ),
      },
    );
    expect(root.querySelectorAll(".whisker")).toHaveLength(4);
    expect(text(root, ".status")).toContain("40 of 80 samples");
    expect(text(root, ".status")).toContain("standard error of a bar 3 at most");
    expect(row(root, "temp").getAttribute("aria-label")).toContain("+30.0 ± 3");
    const exact = { values: [30, -20, 10, -5, 0], errors: [1e-14, 0, 0, 0, 0] };
    model.receive({ result: waterfallFrame({ job: 2 }, exact) });
    await drawn();
    expect(root.querySelectorAll(".whisker")).toHaveLength(0);
    expect(text(root, ".status")).not.toContain("standard error");
  });

  test("what the sum misses of the output is a bar of its own", async () => {
    const { root } = await mount({}, { result: waterfallFrame({ prediction: 125 }) });
    expect(texts(root, ".row .name")[0]).toBe("not explained");
    expect(texts(root, ".bars .number")[0]).toBe("+10.0");
    expect(text(root, ".status em")).toContain("miss the output by up to 10");
    expect(text(root, ".ends")).toBe("base value E f(X) = 100.0");
    const { root: other } = await mount({}, { result: waterfallFrame({ prediction: 115 + 2.5e-6 }) });
    expect(other.querySelector(".bar.gap")).toBeNull();
    expect(text(other, ".status")).toContain("adds up to the output within 2.5\u00a0×\u00a010⁻⁶");
  });

  test("no contribution, no base value, and one feature are said", async () => {
    const { root } = await mount({}, { result: waterfallFrame({}, { values: [0, 0, 0, 0, 0] }) });
    expect(text(root, ".none")).toContain("No contribution");
    expect(root.querySelector<HTMLElement>(".none")!.hidden).toBe(false);
    const given = { base: null, prediction: null, method: null, background: null };
    const { root: other } = await mount({}, { result: waterfallFrame(given) });
    expect(text(other, ".ends text")).toBe("no base value: from 0");
    expect(text(other, ".status")).toContain("values as given");
    expect(text(other, ".status")).not.toContain("add up");
    const { root: single } = await mount({}, { result: waterfallFrame({ features: ["temp"] }, { values: [3] }) });
    expect(single.querySelectorAll(".row")).toHaveLength(1);
  });

  test.each([1200, 760, 500, 360])("nothing stands out or touches at %i pixels", async (width) => {
    const long = "a feature whose name is much too long for any label";
    const named = [long, `${long} too`, `<b>${long}</b>`, "wind", "work"];
    const changed = { what_if: { [long]: 30 }, prediction_before: 101 };
    const { root } = await mount(
      { what_if: { [long]: 30 } },
      {
        width,
        result: waterfallFrame(
          { features: named, row: [21.5, 0.6, `${long} indeed`, 12, "True"], ...changed },
          { values: [30, -20, 10, -5, 0], before: [10, -20, 10, -5, 6], errors: [4, 1, 1, 1, 1] },
        ),
      },
    );
    row(root, `<b>${long}`).dispatchEvent(new PointerEvent("pointerenter"));
    await drawn();
    expect(clipped(root)).toEqual([]);
    expect(overlapping(root)).toEqual([]);
    expect(root.querySelector("b b")).toBeNull();
    expect(text(root, ".tip")).toContain(`<b>${long}</b> = ${long} indeed`);
  });

  test("its text alternative is made of its numbers", async () => {
    const { root } = await mount();
    expect(root.querySelector(".plot svg")!.getAttribute("aria-label")).toBe(
      "Row 7: rentals, from the base value to its own prediction. From the base value 100.0 to f(x) = 115.0. From the top: " +
        "temp = 21.5 +30.0; hum = 0.6 −20.0; season = summer +10.0; wind = 12 −5.0.",
    );
    expect(row(root, "wind").getAttribute("aria-label")).toBe("wind = 12, −5.0, from 100.0 to 95.0");
  });

  test("a frame that cannot be read says so and leaves the picture", async () => {
    const { model, root } = await mount();
    model.receive({ result: { ...waterfallFrame({ job: 2 }), arrays: [], buffers: [] } });
    await drawn();
    expect(text(root, ".error")).toContain("carries no contributions");
    expect(root.dataset.job).toBe("1");
    expect(root.querySelectorAll(".bar")).toHaveLength(5);
  });
});

describe("the row", () => {
  test("is chosen by its number and by arrows, and takes back what was asked of another", async () => {
    const { model, root } = await mount({ what_if: { hum: 0.9 } });
    named(root, "Next row").click();
    expect(model.saved).toEqual([{ index: 8, what_if: {} }]);
    await drawn();
    fill(named(root, "Row"), "12");
    expect(model.saved.at(-1)).toEqual({ index: 12 });
    await drawn();
    fill(named(root, "Row"), "400");
    await drawn();
    expect(model.get("index")).toBe(12);
    expect(named<HTMLInputElement>(root, "Row").value).toBe("12");
    model.receive({ index: 0 });
    await drawn();
    expect(named<HTMLButtonElement>(root, "Previous row").disabled).toBe(true);
  });

  test("none is the one that is shown", async () => {
    const { model, root } = await mount({ index: null });
    expect(named<HTMLInputElement>(root, "Row").value).toBe("7");
    named(root, "Previous row").click();
    expect(model.get("index")).toBe(6);
  });

  test("of several outputs one is chosen", async () => {
    const { model, root } = await mount({ output_names: ["cat", "dog"] });
    choose(named(root, "Output"), "1");
    expect(model.saved).toEqual([{ output: 1 }]);
  });

  test("outputs that are classes are called so", async () => {
    const result = waterfallFrame({ of_classes: true });
    const { root } = await mount({ output_names: ["cat", "dog"] }, { result });
    expect(text(root, ".ctl.output .label")).toBe("Class");
    expect(named<HTMLSelectElement>(root, "Class").value).toBe("0");
  });
});

describe("what if", () => {
  test("a number is dragged and let go", async () => {
    const { model, root } = await mount();
    expect(editor(root).hidden).toBe(true);
    await open(root, "hum");
    const slider = editor(root).querySelector<HTMLInputElement>("input[type=range]")!;
    expect([slider.min, slider.max, slider.value]).toEqual(["0.2", "1", "0.6"]);
    slide(slider, 0.3);
    expect(model.get("what_if")).toEqual({ hum: 0.3 });
    slide(slider, 0.4);
    slide(slider, 0.5);
    release(slider);
    expect(model.saved[0]).toEqual({ what_if: { hum: 0.3 } });
    expect(model.saved.at(-1)).toEqual({ what_if: { hum: 0.5 } });
    slide(slider, 0.6);
    release(slider);
    expect(model.get("what_if")).toEqual({});
  });

  test("a number is written; what is none is said and changes nothing", async () => {
    const { model, root } = await mount();
    await open(root, "wind");
    const field = named<HTMLInputElement>(root, "Value of wind");
    expect(field.value).toBe("12");
    fill(field, "20");
    expect(model.get("what_if")).toEqual({ wind: 20 });
    await drawn();
    for (const [given, said] of [
      ["a lot", "wind takes a number; “a lot” is none"],
      ["", "wind takes a number"],
      ["NaN", "wind takes a number"],
      ["2.5", "wind takes whole numbers"],
    ] as const) {
      fill(field, given);
      await drawn();
      expect(text(root, ".fault")).toContain(said);
      expect(field.getAttribute("aria-invalid")).toBe("true");
    }
    expect(model.get("what_if")).toEqual({ wind: 20 });
    expect(root.querySelectorAll(".bar")).toHaveLength(5);
    fill(field, "−1 000");
    await drawn();
    expect(model.get("what_if")).toEqual({ wind: -1000 });
    expect(text(root, ".fault")).toContain("Beyond the data, which go from 0 to 40");
  });

  test("a number may be typed as soon as the editor is open", async () => {
    const { model, root } = await mount();
    await open(root, "wind");
    await userEvent.keyboard("17{Enter}");
    expect(named<HTMLInputElement>(root, "Value of wind").value).toBe("17");
    expect(model.get("what_if")).toEqual({ wind: 17 });
  });

  test("a category is chosen, and a missing value where there may be one", async () => {
    const { model, root } = await mount();
    await open(root, "season");
    const list = named<HTMLSelectElement>(root, "Value of season");
    expect([...list.options].map(({ text }) => text)).toEqual(["spring", "summer", "winter"]);
    choose(list, "winter");
    expect(model.get("what_if")).toEqual({ season: "winter" });
    await open(root, "temp");
    const missing = named<HTMLInputElement>(root, "missing");
    missing.click();
    expect(model.get("what_if")).toEqual({ season: "winter", temp: null });
    await drawn();
    missing.click();
    expect(model.get("what_if")).toEqual({ season: "winter" });
  });

  test("the row as it is stays beside what is asked, in its order", async () => {
    const asked = { what_if: { hum: 0.3, work: false }, prediction_before: 115 };
    const { root } = await mount(
      { what_if: asked.what_if },
      { result: waterfallFrame(asked, { values: [30, 40, 10, -5, 2], before: [30, -20, 10, -5, 0] }) },
    );
    expect(texts(root, ".row .name").map((name) => name.split(" ")[0])).toEqual(features);
    expect(texts(root, ".row.changed .before")).toEqual(["0.6 → ", "True → "]);
    expect(texts(root, ".row.changed .value")).toEqual(["0.3", "False"]);
    expect(texts(root, ".ends text")).toEqual(["base value E f(X) = 100.0", "f(x) = 177.0", "before 115.0"]);
    expect(root.querySelectorAll(".ghost").length).toBeGreaterThan(1);
    expect(row(root, "hum").getAttribute("aria-label")).toBe(
      "hum = 0.3 instead of 0.6, +40.0, from 107.0 to 147.0, before the change −20.0",
    );
    expect(texts(root, ".change .text")).toEqual(["hum = 0.3", "work = False"]);
  });

  test("a change is taken back, alone or with all", async () => {
    const asked = { hum: 0.3, wind: 3 };
    const { model, root } = await mount(
      { what_if: asked },
      { result: waterfallFrame({ what_if: asked, prediction_before: 115 }) },
    );
    press(row(root, "wind"), "Delete");
    expect(model.get("what_if")).toEqual({ hum: 0.3 });
    model.receive({ what_if: asked });
    await drawn();
    named(root, "Back to the hum in the data").click();
    expect(model.get("what_if")).toEqual({ wind: 3 });
    model.receive({ what_if: asked });
    await drawn();
    named(root, "Take all back").click();
    expect(model.get("what_if")).toEqual({});
  });

  test("by keys: arrows from bar to bar, Enter opens, Escape closes and gives the focus back", async () => {
    const { root } = await mount();
    row(root, "temp").focus();
    press(row(root, "temp"), "ArrowDown");
    await drawn();
    expect(document.activeElement).toBe(row(root, "hum"));
    expect(text(root, ".tip")).toContain("hum = 0.6");
    press(row(root, "hum"), "Enter");
    await drawn();
    expect(row(root, "hum").getAttribute("aria-expanded")).toBe("true");
    const slider = editor(root).querySelector("input[type=range]")!;
    expect(document.activeElement).toBe(slider);
    press(slider, "Escape");
    await drawn();
    expect(editor(root).hidden).toBe(true);
    expect(document.activeElement).toBe(row(root, "hum"));
    press(row(root, "hum"), "End");
    expect(document.activeElement).toBe(row(root, "work"));
  });

  test("what is being written is left alone, and a sentence goes with what it is about", async () => {
    const { model, root } = await mount();
    await open(root, "hum");
    const field = named<HTMLInputElement>(root, "Value of hum");
    field.focus();
    field.value = "";
    row(root, "wind").dispatchEvent(new PointerEvent("pointerenter"));
    await drawn();
    expect(field.value).toBe("");
    fill(field, "wet");
    await drawn();
    expect(text(root, ".fault")).not.toBe("");
    model.receive({ what_if: { hum: 0.9 } });
    await drawn();
    expect([text(root, ".fault"), field.value]).toEqual(["", "0.9"]);
  });

  test("an open value whose line goes and comes back leaves the focus where it is", async () => {
    const { model, root } = await mount({ max_display: 3 });
    await open(root, "hum");
    const next = named(root, "Next row");
    next.focus();
    model.receive({ result: waterfallFrame({ job: 2, index: 8 }, { values: [30, 1, 10, -5, 9] }) });
    await drawn();
    expect(editor(root).hidden).toBe(true);
    model.receive({ result: waterfallFrame({ job: 3, index: 9 }) });
    await drawn();
    expect(editor(root).hidden).toBe(false);
    expect(document.activeElement).toBe(next);
  });

  test("Delete on a line that is not changed asks for nothing", async () => {
    const { model, root } = await mount();
    press(row(root, "hum"), "Delete");
    expect(model.saved).toEqual([]);
  });

  test("the focus stays while numbers come", async () => {
    const { model, root } = await mount();
    row(root, "hum").focus();
    model.preview(waterfallFrame({ job: 2, finished: false }, { values: [20, -25, 10, -5, 0] }));
    await drawn();
    expect(root.dataset.job).toBe("2");
    expect(document.activeElement).toBe(root.querySelectorAll(".row")[1]);
  });

  test("without a model or without a kernel nothing can be changed", async () => {
    const { root } = await mount({ ranges: null });
    expect(root.querySelector(".row.editable")).toBeNull();
    expect(root.querySelector<HTMLElement>(".what-if")!.hidden).toBe(true);
    await open(root, "hum");
    expect(editor(root).hidden).toBe(true);
    const { root: saved } = await mount({}, { offline: true });
    expect(saved.querySelector(".row.editable")).toBeNull();
    await open(saved, "hum");
    expect(editor(saved).hidden).toBe(true);
    expect(named<HTMLButtonElement>(saved, "Next row").disabled).toBe(true);
  });
});

test("what it is can be read, and the code copied", async () => {
  const { root } = await mount();
  root.querySelector<HTMLElement>("button[title='What is this?']")!.click();
  await drawn();
  expect(text(root, ".about")).toContain("Shapley value of a feature");
  named(root, "Copy as code").click();
  await expect.poll(() => text(root, ".code pre")).toContain("index=7");
});

test("while other values are computed the status line says so, not what the old bars were", async () => {
  const { root } = await mount({ what_if: { temp: 5 }, status: "running" });
  expect(text(root, ".status")).toContain("computing");
  expect(text(root, ".status")).not.toContain("adds up");
  const { root: same } = await mount({ status: "running" });
  expect(text(same, ".status")).toContain("adds up");
});

test("a view that waits for its turn says so and offers nothing to press", async () => {
  const { root } = await mount({ status: "idle", job: 0 }, { result: {} });
  expect(text(root, ".status")).toContain("Waiting for its turn.");
  expect(root.querySelector<HTMLElement>(".status button")!.hidden).toBe(true);
});
