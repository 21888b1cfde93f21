import "../../js/pdp_surface.css";
import { afterEach, describe, expect, test } from "vitest";
import type { SurfaceTraits } from "../../js/lib/surface_state";
import factory from "../../js/pdp_surface";
import { FakeModel } from "./fake";
import { closeAll, drawn, mountModel, named, point, press } from "./mount";
import { seasons, surfaceFrame, surfaceTraits } from "./surface_fake";

afterEach(closeAll);

interface Options {
  width?: number;
  result?: unknown;
}

async function mount(changes: Partial<SurfaceTraits> = {}, { width = 900, result = surfaceFrame() }: Options = {}) {
  return mountModel(new FakeModel({ ...surfaceTraits(changes), result }), width, factory);
}

const text = (root: Element, selector: string) => root.querySelector(selector)?.textContent ?? "";
const catcher = (root: Element) => root.querySelector<SVGElement>(".catcher")!;
const choose = (root: Element, name: string, value: string) => {
  const input = named<HTMLSelectElement>(root, name);
  input.value = value;
  input.dispatchEvent(new Event("change"));
};

/** The place on the page of a value. */
function placeOf(root: Element, x: number, y: number): [number, number] {
  const box = catcher(root).getBoundingClientRect();
  return [box.left + (x / 4) * box.width, box.bottom - (y / 2) * box.height];
}

/** The brightness of the map at a value. */
function brightness(root: Element, x: number, y: number): number {
  const canvas = root.querySelector("canvas")!;
  const across = Math.min(canvas.width - 1, Math.round((x / 4) * canvas.width));
  const down = Math.min(canvas.height - 1, Math.round((1 - y / 2) * canvas.height));
  const [red, green, blue] = canvas.getContext("2d")!.getImageData(across, down, 1, 1).data;
  return red! + green! + blue!;
}

/** Parts of the drawing that do not lie within the view. */
function sticking(root: Element): string[] {
  const bounds = root.getBoundingClientRect();
  return [...root.querySelectorAll("svg text, canvas, button, select, .reading, .tip:not([hidden])")]
    .filter((one) => one.getClientRects().length)
    .filter((one) => {
      const { left, right } = one.getBoundingClientRect();
      return left < bounds.left - 1 || right > bounds.right + 1;
    })
    .map((one) => one.textContent || one.tagName);
}

describe("the view", () => {
  test("says in the page what is on screen", async () => {
    const { model, root } = await mount();
    expect(root.dataset).toMatchObject({
      job: "1",
      done: "200",
      finished: "true",
      features: "temp hum",
      cursor: "null",
    });
    model.preview(surfaceFrame({ job: 2, finished: false, done: 20 }));
    await drawn();
    expect(root.dataset).toMatchObject({ job: "2", done: "20", finished: "false" });
    model.preview(surfaceFrame({ job: 1, done: 200 }));
    await drawn();
    expect(root.dataset.job).toBe("2");
  });

  test("a higher value is darker on a light page", async () => {
    const { root } = await mount({ contours: false });
    const shades = [0.2, 1.5, 2.5, 3.9].map((x) => brightness(root, x, 1.1));
    expect([...shades].sort((one, other) => other - one)).toEqual(shades);
  });

  test("the status says what it is made of, and what is hatched", async () => {
    const { root } = await mount();
    expect(text(root, ".status")).toContain("200 of 200 rows, 5 by 3 points, exact tree walk");
    expect(text(root, ".status")).toContain("hatched where fewer than 2 rows are within a tenth of each axis");
    const { root: other } = await mount({}, { result: surfaceFrame({ least: 0, standard_error: 0.123 }) });
    expect(text(other, ".status")).not.toContain("hatched");
    expect(text(other, ".status")).toContain("standard error of the mean 0.12 at most");
  });

  test("its text alternative is made of its numbers", async () => {
    const { root } = await mount({ cursor: [4, 1] });
    const told = root.querySelector(".plot [role=img]")!.getAttribute("aria-label");
    expect(told).toContain("lowest 0.0 at temp 0.00, hum 0.00, highest 8.0 at temp 4.00, hum 2.00.");
    expect(told).toContain("At the cursor, temp 4.00, hum 1.00: 4.0. Few rows are near 13 % of the points.");
  });

  test.each([1200, 600, 380])("nothing stands out at %i pixels", async (width) => {
    const long = "a feature whose name is much too long for any axis";
    const { root } = await mount({}, { width, result: surfaceFrame({ features: [long, long.slice(2)] }) });
    point(catcher(root), "pointermove", ...placeOf(root, 3.9, 1.9));
    await drawn();
    expect(sticking(root)).toEqual([]);
    const tiles = {
      axes: [seasons, [...seasons, long]] as [string[], string[]],
      middle: ["winter", long] as [string, string],
    };
    const { root: other } = await mount({}, { width, result: surfaceFrame(tiles) });
    expect(sticking(other)).toEqual([]);
  });

  test.each(["en", "ko"])(
    "what it shows, its formula and where it misleads is one press away, in %s",
    async (language) => {
      const { root } = await mount({ language });
      const about = root.querySelector<HTMLElement>(".about")!;
      expect(about.hidden).toBe(true);
      const opener = root.querySelector<HTMLButtonElement>(".controls .buttons button:last-child")!;
      opener.click();
      await drawn();
      expect(about.hidden).toBe(false);
      expect(opener.getAttribute("aria-expanded")).toBe("true");
      expect(text(about, ".formula")).toBe("PDP(u, v) = ¹⁄ₙ Σᵢ f(u, v, xᵢ)");
      for (const part of about.querySelectorAll("p")) expect(part.textContent).not.toContain("surface.");
    },
  );

  test("names of features are text", async () => {
    const name = "<img src=x onerror=alert(1)>";
    const { root } = await mount(
      { column_names: [name, "hum"] },
      { result: surfaceFrame({ features: [name, "hum"] }) },
    );
    expect(root.querySelector("img")).toBeNull();
    expect(text(root, ".plot")).toContain("<img");
  });

  test("a frame that cannot be read says so and leaves the picture", async () => {
    const { model, root } = await mount();
    model.receive({ result: { ...surfaceFrame({ job: 2 }), arrays: [], buffers: [] } });
    await drawn();
    expect(text(root, ".error")).toContain("carries no surface");
    expect(root.dataset.job).toBe("1");
    expect(root.querySelector<HTMLElement>(".plot")!.hidden).toBe(false);
  });
});

describe("the cursor", () => {
  test("stands in the middle of the data, and where it is put", async () => {
    const { model, root } = await mount();
    expect(text(root, ".reading")).toContain("temp 2.00, hum 1.00");
    catcher(root).setPointerCapture = () => {};
    point(catcher(root), "pointerdown", ...placeOf(root, 3, 0.5));
    await drawn();
    expect(model.get("cursor")).toEqual([expect.closeTo(3, 1), expect.closeTo(0.5, 1)]);
    point(catcher(root), "pointermove", ...placeOf(root, 1, 2));
    point(catcher(root), "pointerup", ...placeOf(root, 1, 2));
    await drawn();
    expect(model.get("cursor")).toEqual([expect.closeTo(1, 1), 2]);
    expect(model.saved.at(-1)).toHaveProperty("cursor");
    expect(text(root, ".reading b")).toBe("2.0");
    expect(text(root, ".sections")).toContain("at hum 2.00");
  });

  test("goes from point to point by keys, and back by Escape", async () => {
    const { model, root } = await mount();
    press(catcher(root), "ArrowRight");
    expect(model.get("cursor")).toEqual([3, 1]);
    press(catcher(root), "ArrowUp");
    press(catcher(root), "ArrowUp");
    expect(model.get("cursor")).toEqual([3, 2]);
    press(catcher(root), "ArrowLeft", { shiftKey: true });
    expect(model.get("cursor")).toEqual([0, 2]);
    await drawn();
    expect(text(root, "[role=status]")).toContain("hum");
    press(catcher(root), "Escape");
    expect(model.get("cursor")).toBeNull();
  });

  test("names categories", async () => {
    const { model, root } = await mount(
      {},
      { result: surfaceFrame({ axes: [seasons, [0, 1, 2]], middle: ["winter", 1] }) },
    );
    press(catcher(root), "ArrowRight");
    expect(model.get("cursor")).toEqual(["spring", 1]);
    await drawn();
    expect(text(root, ".reading")).toContain("temp spring");
    expect(root.querySelectorAll(".sections circle")).toHaveLength(3);
  });

  test("rests on whole numbers where there are no others", async () => {
    const { model, root } = await mount({}, { result: surfaceFrame({ whole: [true, false] }) });
    catcher(root).setPointerCapture = () => {};
    point(catcher(root), "pointerdown", ...placeOf(root, 2.7, 0.5));
    await drawn();
    expect(model.get("cursor")).toEqual([3, expect.closeTo(0.5, 1)]);
    expect(text(root, ".reading")).toContain("temp 3, hum 0.5");
  });

  test("what is under the pointer is read without moving it", async () => {
    const { model, root } = await mount();
    point(catcher(root), "pointermove", ...placeOf(root, 4, 2));
    await drawn();
    expect(text(root, ".tip")).toContain("8.0");
    expect(text(root, ".tip")).toContain("1 row near");
    expect(model.get("cursor")).toBeNull();
    catcher(root).dispatchEvent(new PointerEvent("pointerleave"));
    await drawn();
    expect(root.querySelector<HTMLElement>(".tip")!.hidden).toBe(true);
  });
});

describe("the controls", () => {
  test("change either feature; the same one twice changes sides", async () => {
    const { model, root } = await mount();
    choose(root, "Across", "season");
    expect(model.saved).toEqual([{ features: ["season", "hum"] }]);
    choose(root, "Up", "season");
    expect(model.get("features")).toEqual(["hum", "season"]);
    named(root, "Swap the two features").click();
    expect(model.get("features")).toEqual(["season", "hum"]);
  });

  test("colours and contours are the browser's alone", async () => {
    const { model, root } = await mount();
    const lines = () => root.querySelectorAll(".contours path").length;
    expect(lines()).toBe(2);
    const before = brightness(root, 2, 1);
    named(root, "No contours").click();
    choose(root, "Colours", "grey");
    await drawn();
    expect(lines()).toBe(0);
    expect(brightness(root, 2, 1)).not.toBe(before);
    expect(model.saved).toEqual([{ contours: false }, { colormap: "grey" }]);
  });

  test("two categories are tiles with their values", async () => {
    const axes: [string[], string[]] = [seasons, ["no", "yes"]];
    const { root } = await mount(
      {},
      { result: surfaceFrame({ axes, middle: ["winter", "no"] }, (x, y) => 10 * x + y) },
    );
    expect([...root.querySelectorAll(".tiles .value")].map((one) => one.textContent)).toEqual([
      "0.0",
      "1.0",
      "10.0",
      "11.0",
      "20.0",
      "21.0",
    ]);
    expect(named<HTMLButtonElement>(root, "No contours").disabled).toBe(true);
  });

  test("without a kernel the features stay, and the cursor still moves", async () => {
    const model = Object.assign(new FakeModel({ ...surfaceTraits(), result: surfaceFrame() }), { offline: true });
    const { root } = await mountModel(model, 900, factory);
    expect(named<HTMLSelectElement>(root, "Across").disabled).toBe(true);
    press(catcher(root), "ArrowRight");
    await drawn();
    expect(text(root, ".reading")).toContain("temp 3.00");
  });
});
