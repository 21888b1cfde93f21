// Slopes, effects, colours and highlighted rows as a person sees and sets them.
import "../../js/ice_plot.css";
import { afterEach, describe, expect, test } from "vitest";
import factory from "../../js/ice_plot";
import { parseHex } from "../../js/lib/colour";
import type { CurvesHeader } from "../../js/lib/ice_curves";
import type { IceTraits } from "../../js/lib/ice_state";
import table from "../../xai_widgets/tables/row_colours.json";
import { FakeModel } from "./fake";
import { averageFrame, categoryFrame, coloured, curvesFrame, effectsFrame, iceTraits, selectionOf } from "./ice_fake";
import { closeAll, drawn, mountModel, named } from "./mount";

afterEach(closeAll);

async function mount(changes: Partial<IceTraits> = {}, result: unknown = curvesFrame(), width = 900, offline = false) {
  const model = new FakeModel({ ...iceTraits(changes), result });
  return mountModel(offline ? Object.assign(model, { offline }) : model, width, factory);
}

const text = (root: Element, selector: string) => root.querySelector(selector)?.textContent ?? "";
const labels = (root: Element) => [...root.querySelectorAll(".labels text")].map((one) => one.textContent);
const legend = (root: Element) => [...root.querySelectorAll(".legend text")].map((one) => one.textContent);
const canvas = (root: Element) => root.querySelector<HTMLCanvasElement>(".plot canvas:not(.filtered-out)")!;
const options = (root: Element, name: string) =>
  [...named<HTMLSelectElement>(root, name).options].map(({ value }) => value);

async function choose(root: Element, name: string, value: string) {
  const select = named<HTMLSelectElement>(root, name);
  select.value = value;
  select.dispatchEvent(new Event("change"));
  await drawn();
}

/** How many pixels of a canvas are nearly of a colour. */
function pixelsOf(root: Element, hex: string, opacity = 40): number {
  const { width, height } = canvas(root);
  const { data } = canvas(root).getContext("2d")!.getImageData(0, 0, width, height);
  const wanted = parseHex(hex);
  let count = 0;
  for (let index = 0; index < data.length; index += 4) {
    const near = wanted.every((byte, channel) => Math.abs(byte - data[index + channel]!) < 12);
    if (near && data[index + 3]! > opacity) count++;
  }
  return count;
}

const inked = (root: Element) => {
  const { width, height } = canvas(root);
  return canvas(root)
    .getContext("2d")!
    .getImageData(0, 0, width, height)
    .data.some((byte) => byte > 0);
};

const sky: CurvesHeader["colors"] = {
  by: "<i>sky</i>",
  of_target: false,
  numeric: false,
  names: ["clear", "rain"],
  others: 2,
  missing: true,
};
const warmth: CurvesHeader["colors"] = {
  by: "target",
  of_target: true,
  numeric: true,
  names: [],
  low: 1234,
  high: 5678,
  below: true,
  above: false,
  missing: false,
};
const codes = [0, 0, 0, 0, 1, 1, 1, 2, 2, 255];

describe("kinds", () => {
  test("slopes: their title, labels and signed axis; no anchor, and a brush of the curves goes", async () => {
    const brush: IceTraits["brush"] = [{ x: [4, 4], y: [2.9, 3.1], op: "and" }];
    const { model, root } = await mount({ centered: true, brush, selection: selectionOf(103) });
    await choose(root, "Kind", "derivative");
    expect(model.saved).toEqual([{ kind: "derivative", brush: [] }]);
    expect(root.dataset).toMatchObject({ kind: "derivative", selected: "1" });
    expect(text(root, ".title")).toBe("Slope of predicted y, per unit of temp");
    expect(labels(root)).toEqual(["mean, all 10", "mean, selected 1"]);
    expect(root.querySelector<SVGElement>(".anchor")!.style.display).toBe("none");
    expect(named<HTMLButtonElement>(root, "Differences from the anchor").disabled).toBe(true);
    expect(text(root, ".ground")).toContain("+2");
    expect(text(root, ".status")).toContain("slopes are spikes");
  });

  test("where there are none the curves are drawn, and it is said", async () => {
    const { root } = await mount({ kind: "derivative" }, categoryFrame());
    expect(root.dataset.kind).toBe("both");
    expect(text(root, ".status")).toContain(
      "slopes need numbers in ascending order, at least two, so the curves are drawn",
    );
    expect(inked(root)).toBe(true);
  });

  test("effects: one line, no curves, nothing to brush; the selection stays", async () => {
    const traits: Partial<IceTraits> = { kind: "ale", bands: true, highlight: selectionOf(104), hover: 104 };
    const { root } = await mount({ ...traits, selection: selectionOf(103, 104) }, effectsFrame());
    expect(inked(root)).toBe(false);
    expect(root.querySelectorAll(".lines > g")).toHaveLength(1);
    expect(labels(root)).toEqual(["ALE, 10 rows"]);
    expect(text(root, ".title")).toBe("Accumulated local effect on predicted y, zero on average");
    expect(text(root, ".status")).toContain(
      "rows moved to the nearest values alone, to the ends of the data, as each step holds as many rows, standard error 0.5 at most",
    );
    expect(text(root, ".chips")).toContain("2 selected");
    expect(root.querySelector<HTMLElement>(".tip")!.hidden).toBe(true);
    expect(root.querySelector<SVGElement>(".hovered")!.style.display).toBe("none");
    expect(root.querySelector(".canvases")!.getAttribute("aria-label")).toContain(
      "It goes from −2.00 at 0.00 to +2.00",
    );
  });

  test("until the effects are there the curves stay, and back", async () => {
    const { model, root } = await mount();
    await choose(root, "Kind", "ale");
    expect(root.dataset.kind).toBe("both");
    model.receive({ result: effectsFrame({ job: 2 }) });
    await drawn();
    expect(root.dataset.kind).toBe("ale");
    await choose(root, "Kind", "individual");
    expect(root.dataset.kind).toBe("ale");
    model.receive({ result: curvesFrame({ job: 3 }) });
    await drawn();
    expect(root.dataset.kind).toBe("individual");
    expect(inked(root)).toBe(true);
  });

  test("without a kernel only what is in the page is offered", async () => {
    const saved = await mount({}, curvesFrame(), 900, true);
    expect(options(saved.root, "Kind")).toEqual(["both", "individual", "average", "derivative"]);
    const effects = await mount({ kind: "ale" }, effectsFrame(), 900, true);
    expect(options(effects.root, "Kind")).toEqual(["ale"]);
  });
});

describe("colours", () => {
  test("by categories: each curve its own, named in the legend as data", async () => {
    const { root } = await mount({ kind: "individual" }, coloured(curvesFrame(), sky, codes));
    expect(legend(root)).toEqual(["<i>sky</i>", "clear", "rain", "2 others", "missing"]);
    const { categories, others } = table.light;
    for (const colour of [categories[0]!, categories[1]!, others]) expect(pixelsOf(root, colour)).toBeGreaterThan(100);
    expect(pixelsOf(root, categories[2]!)).toBe(0);
  });

  test("by numbers: real ones at the ends; the curves fade under a selection", async () => {
    const frame = coloured(curvesFrame(), warmth, [0, 28, 56, 84, 112, 140, 168, 196, 224, 254]);
    const { root } = await mount({ selection: selectionOf(104) }, frame);
    expect(legend(root)).toEqual(["prediction", "≤ 1\u2009234", "5\u2009678"]);
    expect(getComputedStyle(canvas(root)).opacity).toBe("0.45");
    expect(pixelsOf(root, table.light.numbers[0]!)).toBeGreaterThan(50);
    expect(pixelsOf(root, table.light.numbers.at(-1)!)).toBeGreaterThan(50);
  });

  test("of many curves a pixel has their mean colour", async () => {
    const count = 2000;
    const frame = curvesFrame({ done: count, total: count });
    const level = (curve: number) => (curve % 2 ? 20000 : 40000);
    const stored = Uint16Array.from({ length: count * 5 }, (_, index) => level(Math.floor(index / 5)));
    const rows = Uint32Array.from({ length: count }, (_, row) => row);
    const colors = Uint8Array.from(rows, (row) => row % 2);
    frame.arrays[0]!.shape = [count, 5];
    frame.arrays[1]!.shape = frame.arrays[2]!.shape = [count];
    frame.arrays.push({ name: "colors", dtype: "uint8", shape: [count], scale: null });
    frame.buffers = [stored, rows, new Float32Array(count), colors].map((array) => new DataView(array.buffer));
    frame.header.colors = sky;
    const { root } = await mount({ kind: "individual" }, frame);
    for (const colour of table.light.categories.slice(0, 2)) expect(pixelsOf(root, colour)).toBeGreaterThan(300);
  });

  test("are chosen by name from the features and the prediction", async () => {
    const { model, root } = await mount();
    expect(options(root, "Colour by")).toEqual(["", "target", "hum", "season", "temp"]);
    await choose(root, "Colour by", "season");
    await choose(root, "Colour by", "");
    expect(model.saved).toEqual([{ color_by: "season" }, { color_by: null }]);
  });

  test.each([900, 500, 300])("the legend lies within a width of %i", async (width) => {
    const names = ["clear", "mist", "light rain", "heavy rain", "snow", "a long name of a rare kind of weather"];
    const { root } = await mount({}, coloured(curvesFrame(), { ...sky!, names }, codes), width);
    const bounds = root.querySelector(".plot")!.getBoundingClientRect();
    for (const part of root.querySelectorAll(".legend *")) {
      const { right, bottom } = part.getBoundingClientRect();
      expect(right).toBeLessThanOrEqual(bounds.right + 1);
      expect(bottom).toBeLessThanOrEqual(bounds.bottom + 1);
    }
  });
});

describe("highlighted rows", () => {
  test("are drawn above the others with their number, in every kind that has curves", async () => {
    const { root } = await mount({ highlight: selectionOf(102, 107, 999), bands: true });
    expect(root.querySelectorAll(".lines .highlighted")).toHaveLength(2);
    expect(labels(root)).toContain("row 102");
    expect(labels(root)).toContain("row 107");
    expect(labels(root)).not.toContain("row 999");
    await choose(root, "Kind", "derivative");
    expect(root.querySelectorAll(".lines .highlighted")).toHaveLength(2);
    await choose(root, "Kind", "average");
    expect(root.querySelectorAll(".lines .highlighted")).toHaveLength(0);
  });

  test("stay when a brush comes", async () => {
    const { model, root } = await mount({ highlight: selectionOf(102) });
    model.receive({ brush: [{ x: [0, 1], y: [6, 8], op: "and" }] });
    await drawn();
    expect(root.dataset.selected).not.toBe("0");
    expect(root.querySelectorAll(".lines .highlighted")).toHaveLength(1);
  });
});

describe("what was computed before", () => {
  test("of averages alone is the line, without what needs curves or a model", async () => {
    const { root } = await mount({ kind: "both" }, averageFrame());
    expect(options(root, "Kind")).toEqual(["average"]);
    expect(named<HTMLSelectElement>(root, "Kind").value).toBe("average");
    for (const name of ["Colour by", "Filter", "Find groups", "Interactions"]) {
      expect(named(root, name).checkVisibility(), name).toBe(false);
    }
    expect(inked(root)).toBe(false);
    expect(labels(root)).toEqual([`PDP, all ${averageFrame().header.done}`]);
    expect(text(root, ".status")).toContain("computed before");
  });

  test("of rows that are not known says nothing of rows", async () => {
    const { root } = await mount({}, averageFrame({ done: 0, total: 0 }));
    expect(labels(root)).toEqual(["PDP"]);
    expect(text(root, ".plot") + text(root, ".status")).not.toMatch(/\d rows/);
  });

  test("of a filter that came from Python still is of all rows", async () => {
    const { root } = await mount({ filters: { size: [0, 1] } }, averageFrame());
    expect(labels(root)[0]).toContain("all");
  });

  test("with curves offers no effects, which need a model", async () => {
    const { root } = await mount({}, curvesFrame({ method: "given" }));
    expect(options(root, "Kind")).toEqual(["both", "individual", "average", "derivative"]);
    expect(named(root, "Interactions").checkVisibility()).toBe(false);
    expect(named(root, "Find groups").checkVisibility()).toBe(true);
  });
});
