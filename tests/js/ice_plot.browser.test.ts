import "../../js/ice_plot.css";
import { afterEach, describe, expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import factory from "../../js/ice_plot";
import { readSelection } from "../../js/lib/ice_curves";
import type { Brush, IceTraits } from "../../js/lib/ice_state";
import { FakeModel } from "./fake";
import {
  categoryFrame,
  curvesFrame,
  densityFrame,
  iceTraits,
  laterCurves,
  rise,
  sampleFrame,
  selectionOf,
} from "./ice_fake";
import { closeAll, drawn, mountModel, named, point, press, wait } from "./mount";

afterEach(closeAll);

interface Options {
  width?: number;
  result?: unknown;
}

async function mount(changes: Partial<IceTraits> = {}, { width = 900, result = curvesFrame() }: Options = {}) {
  const model = new FakeModel({ ...iceTraits(changes), result });
  return mountModel(model, width, factory);
}

const text = (root: Element, selector: string) => root.querySelector(selector)?.textContent ?? "";
const selected = (model: FakeModel) => [...readSelection(model.get("selection"))];
const brushes = (model: FakeModel) => model.get("brush") as Brush[];
const box = (x: [number, number], y: [number, number], op: Brush["op"] = "and"): Brush => ({ x, y, op });
const catcher = (root: Element) => root.querySelector<SVGElement>(".catcher")!;
const boxes = (root: Element) => [...root.querySelectorAll<SVGElement>(".brush")];
const names = (root: Element) => [...root.querySelectorAll(".chip:not([hidden]) .where")].map((one) => one.textContent);

/** The place on the page of a value: the axes go from 0 to 4 and, with a margin, from 0 to 18. */
function placeOf(root: Element, x: number, y: number): [number, number] {
  const plot = catcher(root).getBoundingClientRect();
  const margin = 0.04 * 18;
  const up = (y + margin) / (18 + 2 * margin);
  return [plot.left + (x / 4) * plot.width, plot.bottom - up * plot.height];
}

function hold(element: Element): void {
  (element as HTMLElement).setPointerCapture = () => {};
}

/** Pull from one place to another, in data units. */
async function pull(root: Element, element: Element, from: [number, number], to: [number, number]) {
  hold(element.closest(".brush") ?? element);
  point(element, "pointerdown", ...placeOf(root, ...from));
  point(element, "pointermove", ...placeOf(root, ...to));
  await drawn();
  point(element, "pointerup", ...placeOf(root, ...to));
  await drawn();
}

function inked(canvas: HTMLCanvasElement): number {
  const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let index = 3; index < data.length; index += 4) if (data[index]! > 0) count++;
  return count;
}

const canvases = (root: Element) => [...root.querySelectorAll<HTMLCanvasElement>(".plot canvas:not(.filtered-out)")];

/** Parts of the drawing that do not lie within the view, by their text or class. */
function sticking(root: Element): string[] {
  const bounds = root.getBoundingClientRect();
  return [...root.querySelectorAll("svg text, .mark, canvas, button, select, .chip, .tip:not([hidden])")]
    .filter((one) => one.getClientRects().length)
    .filter((one) => {
      const { left, right } = one.getBoundingClientRect();
      return left < bounds.left - 1 || right > bounds.right + 1;
    })
    .map((one) => one.textContent || one.getAttribute("class") || one.localName);
}

describe("the plot", () => {
  test("curves, mean, labels, histogram and status are drawn from the frame", async () => {
    const { root } = await mount();
    expect(inked(canvases(root)[0]!)).toBeGreaterThan(2000);
    expect(inked(canvases(root)[1]!)).toBe(0);
    expect(root.querySelectorAll(".lines .mean")).toHaveLength(1);
    expect(text(root, ".labels .all")).toBe("PDP, all 10");
    expect(root.querySelector(".histogram .count")!.getAttribute("d")!.match(/M/g)).toHaveLength(4);
    expect(text(root, ".title")).toBe("Predicted y");
    expect(text(root, ".status")).toBe(
      "10 of 10 rows, 5 points, exact tree walk, standard error of the mean 0.5 at most, dotted where few rows lie",
    );
    expect(text(root, ".feature output")).toBe("moves by 4.5");
    expect(root.querySelector<HTMLElement>(".feature output")!.title).toBe(
      "From the lowest to the highest predicted y of a row’s curve, on average",
    );
  });

  test("what moves a curve is told in the digits of the axis", async () => {
    const features = [{ name: "temp", moves: 4.4444 }];
    const { root } = await mount({ features });
    expect(text(root, ".feature output")).toBe("moves by 4.4");
    const tiny = curvesFrame();
    tiny.arrays[0]!.scale! /= 1e8;
    const { root: small } = await mount({ features: [{ name: "temp", moves: 4.4444e-8 }] }, { result: tiny });
    expect(text(small, ".feature output")).toBe("moves by 0.44\u00a0×\u00a010⁻⁷");
    const { root: still } = await mount({ features: [{ name: "temp", moves: 0 }] }, { result: tiny });
    expect(text(still, ".feature output")).toBe("moves by 0");
    const { root: hardly } = await mount({ features: [{ name: "temp", moves: 1.2e-6 }] });
    expect(text(hardly, ".feature output")).toBe("moves by 1.2\u00a0×\u00a010⁻⁶");
  });

  test("the axis stays where it is while labels get longer, and has its name at every width", async () => {
    for (const width of [320, 500, 700, 860, 1280]) {
      const { model, root } = await mount({}, { width });
      const right = () => catcher(root).getBoundingClientRect().right;
      const before = right();
      model.receive({ selection: selectionOf(100, 101, 102, 103, 104, 105, 106, 107, 108, 109) });
      await drawn();
      expect(text(root, ".labels .chosen")).not.toBe("");
      expect(right()).toBe(before);
      model.receive({ bands: false });
      await drawn();
      expect(right()).toBe(before);
      expect(text(root, ".histogram text.name")).toContain("temp");
      expect(sticking(root)).toEqual([]);
    }
  });

  test("a long name stands under its axis", async () => {
    const feature = "a name that is too long to stand beside its axis";
    const { root } = await mount({ feature }, { width: 700, result: curvesFrame({ feature }) });
    const name = root.querySelector(".histogram text.name")!;
    expect(name.firstChild!.textContent).toBe(feature);
    expect(sticking(root)).toEqual([]);
    const ticks = [...root.querySelectorAll(".ground text")].map((tick) => tick.getBoundingClientRect());
    const { top, bottom, left } = name.getBoundingClientRect();
    expect(ticks.some((tick) => tick.bottom > top + 2 && tick.top < bottom && tick.right > left)).toBe(false);
  });

  test("stretches of few rows that lie near to each other have one name", async () => {
    const few = [true, false, true, false, true];
    const { root } = await mount({}, { width: 320, result: curvesFrame({ few }) });
    expect(root.querySelectorAll(".histogram .few")).toHaveLength(3);
    const names = [...root.querySelectorAll(".histogram text")].filter((one) => one.textContent === "few rows");
    expect(names).toHaveLength(1);
  });

  test("what it is, is one click away", async () => {
    const { root } = await mount();
    const opener = named<HTMLButtonElement>(root, "What is this?");
    expect(root.querySelector<HTMLElement>(".about")!.hidden).toBe(true);
    opener.click();
    await drawn();
    expect(opener.getAttribute("aria-expanded")).toBe("true");
    expect(text(root, ".about")).toContain("PDP(v) = ¹⁄ₙ Σᵢ f(v, xᵢ)");
    expect(text(root, ".about")).toContain("Moves by");
  });

  test("what is on screen can be read off the root", async () => {
    const { model, root } = await mount();
    const seen = { job: "1", sequence: "1", done: "10", total: "10", finished: "true", feature: "temp" };
    expect(root.dataset).toMatchObject({ ...seen, status: "done", version: "1", selected: "0" });
    model.preview(curvesFrame({ job: 2, finished: false, done: 3 }, 3));
    await drawn();
    expect(root.dataset).toMatchObject({ job: "2", done: "3", finished: "false", version: "2" });
  });

  test("a dotted mean where few rows lie", async () => {
    const { root } = await mount();
    const [dotted, solid] = ["path.dotted", "path:not([class])"].map((one) => root.querySelector(`.mean ${one}`)!);
    expect(dotted!.getAttribute("d")!.match(/L/g)).toHaveLength(1);
    expect(solid!.getAttribute("d")!.match(/L/g)).toHaveLength(3);
    expect(text(root, ".histogram")).toContain("few rows");
  });

  test("kinds and bands are the browser's alone", async () => {
    const { model, root } = await mount();
    named(root, "What 10 % and 90 % of the curves do not exceed").click();
    await drawn();
    expect(root.querySelectorAll(".lines .band")).toHaveLength(2);
    const kind = named<HTMLSelectElement>(root, "Kind");
    kind.value = "average";
    kind.dispatchEvent(new Event("change"));
    await drawn();
    expect(inked(canvases(root)[0]!)).toBe(0);
    kind.value = "individual";
    kind.dispatchEvent(new Event("change"));
    await drawn();
    expect(inked(canvases(root)[0]!)).toBeGreaterThan(2000);
    expect(root.querySelector(".lines .mean")).toBeNull();
    expect(model.saved).toEqual([{ bands: true }, { kind: "average" }, { kind: "individual" }]);
  });

  test("labels never touch", async () => {
    const { root } = await mount({ bands: true, selection: selectionOf(104, 105) });
    const tops = [...root.querySelectorAll(".labels text")].map((one) => one.getBoundingClientRect().top);
    expect(tops).toHaveLength(4);
    tops.sort((one, other) => one - other);
    for (let index = 1; index < tops.length; index++) expect(tops[index]! - tops[index - 1]!).toBeGreaterThan(14);
  });

  test("another feature asks the kernel; the rows stay selected, the brushes go", async () => {
    const { model, root } = await mount({ brush: [box([0, 0], [2.5, 4.5])], selection: selectionOf(103, 104) });
    const feature = named<HTMLSelectElement>(root, "Feature");
    expect([...feature.options].map(({ value }) => value)).toEqual(["temp", "season", "hum"]);
    feature.value = "season";
    feature.dispatchEvent(new Event("change"));
    expect(model.saved).toEqual([{ feature: "season", brush: [] }]);
    const { header, ...rest } = categoryFrame();
    model.receive({ result: { ...rest, header: { ...header, job: 2 } } });
    await drawn();
    expect(root.dataset).toMatchObject({ feature: "season", selected: "2" });
    expect(text(root, ".feature output")).toBe("moves by 1\u2009234.5");
    expect(boxes(root)).toHaveLength(0);
    expect(names(root)).toEqual(["2 selected"]);
  });

  test("categories: marked points, bars and names", async () => {
    const { root } = await mount({ feature: "season" }, { result: categoryFrame() });
    expect(root.querySelectorAll(".mean circle")).toHaveLength(3);
    expect(text(root, ".ground")).toContain("summer");
    expect(root.querySelector(".histogram .count")!.getAttribute("d")!.match(/M/g)).toHaveLength(3);
  });

  test("a brush over categories names them", async () => {
    const over = (x: [number, number]) => ({ feature: "season", brush: [box(x, [0, 5])] });
    const { model, root } = await mount(over([0.5, 1.5]), { result: categoryFrame() });
    expect(names(root)).toEqual(["season spring, 0.0–5.0"]);
    for (const [x, told] of [
      [[-0.5, 1.2], "winter–spring"],
      [[1.2, 1.8], "spring–summer"],
    ] as const) {
      model.receive(over([...x]));
      await drawn();
      expect(names(root)).toEqual([`season ${told}, 0.0–5.0`]);
    }
  });

  test("names are data", async () => {
    const evil = '<img src=x onerror="globalThis.harmed = true">';
    const { root } = await mount(
      { feature: evil, features: [{ name: evil, moves: 1 }] },
      {
        result: {
          ...categoryFrame([evil, "b"]),
          header: { ...categoryFrame([evil, "b"]).header, label: evil, feature: evil },
        },
      },
    );
    expect(root.querySelector("img")).toBeNull();
    expect(text(root, ".title")).toContain("<img");
    expect("harmed" in globalThis).toBe(false);
  });

  test("one row, one point, all values the same", async () => {
    const { root } = await mount({}, { result: curvesFrame({ histogram: { edges: [0, 1], counts: [1] } }, 1, [0]) });
    expect(root.dataset.status).toBe("done");
    expect(root.innerHTML).not.toContain("NaN");
  });

  test("the text alternative is made of the numbers", async () => {
    const { root } = await mount({ selection: selectionOf(104) });
    const label = root.querySelector(".canvases")!.getAttribute("aria-label");
    expect(label).toContain("Predicted y against temp, 10 curves.");
    expect(label).toContain("Their mean goes from 4.5 at 0.00 to 9.0 at 4.00");
    expect(label).toContain("Selected: 1. Their mean goes from 4.0 to 8.0");
  });
});

describe("brushing by hand", () => {
  test("a drag draws a box, and what passes through it is selected and saved", async () => {
    const { model, root } = await mount();
    await pull(root, catcher(root), [0.5, 2.6], [1.5, 3.4]);
    expect(brushes(model)).toHaveLength(1);
    const [{ x, y, op }] = brushes(model) as [Brush];
    expect([...x, ...y].map((value) => Math.round(10 * value) / 10)).toEqual([0.5, 1.5, 2.6, 3.4]);
    expect(op).toBe("and");
    const passing = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].filter((k) => rise(k, 0.5) <= y[1] && rise(k, 1.5) >= y[0]);
    expect(selected(model)).toEqual(passing.map((k) => 100 + k));
    expect(root.dataset.selected).toBe(String(passing.length));
    expect(inked(canvases(root)[1]!)).toBeGreaterThan(100);
    expect(text(root, ".labels .chosen")).toBe(`PDP, selected ${passing.length}`);
    const saved = Object.assign({}, ...model.saved) as Record<string, unknown>;
    expect(Object.keys(saved).sort()).toEqual(["brush", "selection"]);
    expect(saved.selection).toBeInstanceOf(DataView);
  });

  test("while the hand moves, saves are at most ten a second", async () => {
    const { model, root } = await mount();
    hold(catcher(root));
    point(catcher(root), "pointerdown", ...placeOf(root, 0, 0));
    for (let step = 1; step <= 10; step++) point(catcher(root), "pointermove", ...placeOf(root, step / 4, step));
    expect(model.saved).toHaveLength(0);
    expect(selected(model).length).toBeGreaterThan(0);
    await wait(130);
    expect(model.saved).toHaveLength(1);
    point(catcher(root), "pointerup", ...placeOf(root, 3, 10));
    expect(model.saved).toHaveLength(2);
  });

  test("several combine, each by its own chip, and go by their button", async () => {
    const { model, root } = await mount({
      brush: [box([0, 0], [1.5, 6.5])],
      selection: selectionOf(102, 103, 104, 105, 106),
    });
    await pull(root, catcher(root), [3.5, 4], [3.9, 8.6]);
    const both = selected(model);
    expect(names(root)).toHaveLength(2);
    const op = named<HTMLSelectElement>(root, "How Brush B combines");
    op.value = "not";
    op.dispatchEvent(new Event("change"));
    await drawn();
    expect([...both, ...selected(model)].sort()).toEqual([102, 103, 104, 105, 106]);
    expect([...root.querySelectorAll(".brush")].map((one) => one.classList.contains("not"))).toEqual([false, true]);
    expect(op.parentElement!.textContent).toContain("B"); // how it combines goes to the next line with it
    named(root, "Remove brush B").click();
    await drawn();
    expect(selected(model)).toEqual([102, 103, 104, 105, 106]);
    named(root, "Remove brush A").click();
    await drawn();
    expect(selected(model)).toEqual([]);
    expect(names(root)).toEqual([]);
  });

  test("a drag moves a box, a corner resizes it", async () => {
    const { model, root } = await mount({ brush: [box([1, 2], [4, 8])], selection: selectionOf(103, 104, 105, 106) });
    await pull(root, root.querySelector(".brush .body")!, [1.5, 6], [2.5, 9]);
    const [moved] = brushes(model) as [Brush];
    expect([...moved.x, ...moved.y].map(Math.round)).toEqual([2, 3, 7, 11]);
    const grips = root.querySelectorAll(".brush .grip");
    await pull(root, grips[3]!, [3, 11], [4, 14]);
    const [grown] = brushes(model) as [Brush];
    expect([...grown.x, ...grown.y].map(Math.round)).toEqual([2, 4, 7, 14]);
  });

  test("a click selects the nearest curve, with Shift one more; a double click clears", async () => {
    const { model, root } = await mount({ brush: [box([0, 0], [0, 1])], selection: selectionOf(100, 101) });
    hold(catcher(root));
    const click = (x: number, y: number, shiftKey = false) => {
      const [clientX, clientY] = placeOf(root, x, y);
      for (const type of ["pointerdown", "pointerup"]) {
        const event = { clientX, clientY, pointerId: 1, button: 0, shiftKey, bubbles: true, cancelable: true };
        catcher(root).dispatchEvent(new PointerEvent(type, event));
      }
    };
    click(2, rise(5, 2));
    await drawn();
    expect(selected(model)).toEqual([105]);
    expect(brushes(model)).toEqual([]);
    click(2, rise(8, 2), true);
    await drawn();
    expect(selected(model)).toEqual([105, 108]);
    catcher(root).dispatchEvent(new MouseEvent("dblclick", { bubbles: true }));
    await drawn();
    expect(selected(model)).toEqual([]);
    expect(root.dataset.selected).toBe("0");
  });

  test("the curve under the pointer is read in the tip and in the trait", async () => {
    const { model, root } = await mount();
    point(catcher(root), "pointermove", ...placeOf(root, 2, rise(6, 2)));
    await drawn();
    expect(model.get("hover")).toBe(106);
    expect(text(root, ".tip:not([hidden])")).toBe("row 106, temp 2.00\u20029.0");
    catcher(root).dispatchEvent(new PointerEvent("pointerleave"));
    await drawn();
    expect(model.get("hover")).toBeNull();
    expect(root.querySelector(".tip:not([hidden])")).toBeNull();
  });
});

describe("brushing by keyboard", () => {
  test("a brush is made, moved, resized and removed, and the focus goes on", async () => {
    const { model, root } = await mount();
    catcher(root).focus();
    await userEvent.keyboard("b");
    await vi.waitFor(() => expect(document.activeElement).toBe(boxes(root)[0]));
    const [made] = brushes(model) as [Brush];
    expect(selected(model).length).toBeGreaterThan(0);
    press(boxes(root)[0]!, "ArrowRight");
    press(boxes(root)[0]!, "ArrowUp", { shiftKey: true });
    const [moved] = brushes(model) as [Brush];
    expect(moved.x[0] - made.x[0]).toBeCloseTo(0.04);
    expect(moved.y[0] - made.y[0]).toBeCloseTo(1.944, 2);
    expect(moved.y[1] - moved.y[0]).toBeCloseTo(made.y[1] - made.y[0], 2);
    press(boxes(root)[0]!, "ArrowRight", { altKey: true });
    const [grown] = brushes(model) as [Brush];
    expect([grown.x[0], grown.x[1] - moved.x[1]]).toEqual([moved.x[0], expect.closeTo(0.04)]);
    await drawn();
    expect(boxes(root)[0]!.getAttribute("aria-label")).toMatch(/^Brush A: temp 1\.\d\d–/);
    press(boxes(root)[0]!, "Delete");
    await drawn();
    expect(brushes(model)).toEqual([]);
    expect(selected(model)).toEqual([]);
    expect(document.activeElement).toBe(catcher(root));
  });

  test("a box stays in the plot", async () => {
    const { model, root } = await mount({ brush: [box([3, 3.99], [0, 1])] });
    press(boxes(root)[0]!, "ArrowRight", { shiftKey: true });
    expect(brushes(model)[0]!.x.map((value) => Math.round(100 * value))).toEqual([301, 400]);
  });

  test("from curve to curve, along it, and selected with Enter", async () => {
    const { model, root } = await mount();
    for (const key of ["ArrowUp", "ArrowUp"]) press(catcher(root), key);
    const row = model.get("hover") as number;
    press(catcher(root), "ArrowUp");
    expect(model.get("hover")).toBe(row + 1);
    press(catcher(root), "ArrowRight");
    await drawn();
    expect(text(root, ".tip:not([hidden])")).toContain("temp 3.00");
    press(catcher(root), "Enter");
    await drawn();
    expect(selected(model)).toEqual([row + 1]);
    press(catcher(root), "Escape");
    await drawn();
    expect(selected(model)).toEqual([]);
    expect(model.get("hover")).toBeNull();
  });

  test("everything that takes the focus has a name and keeps Jupyter's shortcuts away", async () => {
    const { root } = await mount({ brush: [box([0, 1], [0, 1]), box([0, 1], [1, 2], "or")], centered: true });
    const all = [...root.querySelectorAll("input, select, button, [tabindex]")].filter((one) => one.checkVisibility());
    expect(all.length).toBeGreaterThan(12);
    expect(all.filter((one) => one.getAttribute("data-lm-suppress-shortcuts") !== "true")).toEqual([]);
    expect(all.filter((one) => !one.getAttribute("aria-label"))).toEqual([]);
  });
});

describe("more curves than a page holds", () => {
  const images = { result: sampleFrame(), density: densityFrame(1000), selected_density: densityFrame(0) };
  async function mountSample(changes: Partial<IceTraits> = {}, more: Record<string, unknown> = {}) {
    const model = new FakeModel({ ...iceTraits(changes), ...images, ...more });
    return mountModel(model, 900, factory);
  }
  const alphas = (canvas: HTMLCanvasElement) => {
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, width, height);
    const at = (x: number) => data[4 * (Math.round(height / 2) * width + Math.round(x * width)) + 3]!;
    return [at(0.25), at(0.75)] as const;
  };

  test("the kernel's image is drawn in place of the sample", async () => {
    const { root } = await mountSample();
    const [left, right] = alphas(canvases(root)[0]!);
    expect(left).toBeGreaterThan(200);
    expect(right).toBeLessThan(60);
    expect(right).toBeGreaterThan(10);
    expect(text(root, ".labels .all")).toBe("PDP, all 1\u2009000");
    expect(text(root, ".ground")).toContain("30");
  });

  test("an image of other curves is not drawn", async () => {
    const { root } = await mountSample({}, { density: densityFrame(1000, { job: 2 }) });
    expect(alphas(canvases(root)[0]!)[0]).toBeLessThan(200);
    const { root: centred } = await mountSample({ centered: true });
    expect(alphas(canvases(centred)[0]!)[0]).toBeLessThan(200);
  });

  test("a brush asks the kernel, which selects and draws", async () => {
    const { model, root } = await mountSample();
    catcher(root).focus();
    await userEvent.keyboard("b");
    await drawn();
    expect(brushes(model)).toHaveLength(1);
    expect(selected(model)).toEqual([]);
    expect(model.saved.map((saved) => Object.keys(saved))).toEqual([["brush"]]);
    model.receive({
      selection: selectionOf(3, 107, 500),
      selected_density: densityFrame(3, { mean: [5, 5, 5, 5, 5] }),
    });
    await drawn();
    expect(brushes(model)).toHaveLength(1);
    expect(root.dataset.selected).toBe("3");
    expect(text(root, ".labels .chosen")).toBe("PDP, selected 3");
    expect(alphas(canvases(root)[1]!)[0]).toBeGreaterThan(200);
    press(boxes(root)[0]!, "Delete");
    await drawn();
    expect(selected(model)).toEqual([]);
    expect(Object.keys(model.saved.at(-1)!).sort()).toEqual(["brush", "selection"]);
  });

  test("brushes that the kernel takes away leave its selection", async () => {
    const { model, root } = await mountSample({ brush: [box([0, 1], [0, 3])], selection: selectionOf(3) });
    model.receive({ brush: [], selection: selectionOf(7, 8), selected_density: densityFrame(2) });
    await drawn();
    expect(selected(model)).toEqual([7, 8]);
    expect(text(root, ".labels .chosen")).toBe("PDP, selected 2");
  });

  test("a curve of the sample is added to a selection of any rows", async () => {
    const { model, root } = await mountSample({ selection: selectionOf(3, 500), hover: 104 });
    press(catcher(root), "Enter", { shiftKey: true });
    expect(selected(model)).toEqual([3, 104, 500]);
    press(catcher(root), "Enter", { shiftKey: true });
    expect(selected(model)).toEqual([3, 500]);
  });

  test("without a kernel a brush selects from the sample", async () => {
    const model = new FakeModel({ ...iceTraits(), ...images });
    const { root } = await mountModel(Object.assign(model, { offline: true }), 900, factory);
    await pull(root, catcher(root), [0.5, 2.6], [1.5, 3.4]);
    expect(selected(model).length).toBeGreaterThan(0);
    expect(text(root, ".labels .chosen")).toBe(`PDP, selected ${selected(model).length}`);
  });
});

describe("previews bring only new curves", () => {
  test("which join those that came", async () => {
    const { model, root } = await mount({ status: "running" }, { result: {} });
    model.preview(laterCurves(0, 4));
    await drawn();
    model.preview(laterCurves(4, 3, { sequence: 2 }));
    await drawn();
    expect(root.dataset).toMatchObject({ done: "7", sequence: "2" });
    expect(model.acknowledged()).toEqual([
      [1, 1],
      [1, 2],
    ]);
    model.receive({ brush: [box([0, 4], [0, 99])] });
    await drawn();
    expect(selected(model)).toEqual([0, 1, 2, 4, 5, 7, 8].map((k) => 100 + k));
  });

  test("what does not follow is left, and acknowledged", async () => {
    const { model, root } = await mount({ status: "running" }, { result: {} });
    model.preview(laterCurves(0, 4));
    model.preview(laterCurves(6, 2, { sequence: 2 }));
    model.preview(laterCurves(4, 2, { sequence: 3, job: 2 }));
    await drawn();
    expect(root.dataset).toMatchObject({ done: "4", sequence: "1", job: "1" });
    expect(model.acknowledged()).toHaveLength(3);
    model.preview(laterCurves(0, 8, { sequence: 4 }));
    await drawn();
    expect(root.dataset).toMatchObject({ done: "8", sequence: "4" });
    expect(text(root, ".status")).not.toContain("could not be read");
  });
});

describe("the selection", () => {
  test("of Python is drawn, and brushes that do not give it are cleared", async () => {
    const { model, root } = await mount({ brush: [box([0, 0], [2.5, 4.5])], selection: selectionOf(103, 104) });
    expect(boxes(root)).toHaveLength(1);
    model.receive({ selection: selectionOf(101, 109) });
    await drawn();
    expect(root.dataset.selected).toBe("2");
    expect(boxes(root)).toHaveLength(0);
    expect(brushes(model)).toEqual([]);
    expect(text(root, ".labels .chosen")).toBe("PDP, selected 2");
    expect(selected(model)).toEqual([101, 109]);
  });

  test("follows a brush of Python", async () => {
    const { model, root } = await mount();
    model.receive({ brush: [box([0, 0], [2.5, 4.5])] });
    await drawn();
    expect(selected(model)).toEqual([103, 104]);
    expect(boxes(root)).toHaveLength(1);
    await wait(130);
    expect(model.saved.map((saved) => Object.keys(saved))).toEqual([["selection"]]);
  });

  test("grows with the curves under a brush", async () => {
    const frame = curvesFrame({ finished: false, done: 4 }, 4);
    const { model, root } = await mount({ status: "running", brush: [box([0, 0], [0, 9.1])] }, { result: frame });
    expect(selected(model)).toHaveLength(4);
    model.preview(curvesFrame({ sequence: 2, finished: false, done: 9 }, 9));
    await drawn();
    expect(root.dataset.selected).toBe("9");
  });
});

describe("centring", () => {
  test("curves meet at the anchor, which goes by keys and by hand", async () => {
    const { model, root } = await mount({ brush: [box([0, 0], [2.5, 4.5])], selection: selectionOf(103, 104) });
    named(root, "Differences from the anchor").click();
    await drawn();
    expect(model.saved).toEqual([{ centered: true, brush: [] }]);
    expect(text(root, ".title")).toBe("Change in predicted y, from temp = 0.00");
    expect(root.dataset.selected).toBe("2");
    const anchor = named(root, "Anchor");
    press(anchor, "ArrowRight");
    await drawn();
    expect(model.get("anchor")).toBe(1);
    press(anchor, "End");
    expect(model.get("anchor")).toBe(4);
    await drawn();
    hold(anchor);
    const grip = anchor.querySelector(".grip")!.getBoundingClientRect();
    const plot = catcher(root).getBoundingClientRect();
    point(anchor, "pointerdown", grip.left + 12, grip.top + 12);
    point(anchor, "pointermove", grip.left + 12 - plot.width / 2, grip.top + 12);
    point(anchor, "pointerup", grip.left + 12 - plot.width / 2, grip.top + 12);
    await drawn();
    expect(model.get("anchor")).toBeCloseTo(2, 1);
    expect(model.saved.at(-1)).toEqual({ anchor: model.get("anchor") });
    expect(text(root, ".ground")).toContain("+");
    expect(anchor.getAttribute("aria-valuetext")).toBe("2.00");
  });

  test("categories are anchored at one of them", async () => {
    const { model, root } = await mount({ feature: "season", centered: true, anchor: 1 }, { result: categoryFrame() });
    expect(text(root, ".title")).toContain("season = spring");
    press(named(root, "Anchor"), "ArrowRight");
    expect(model.get("anchor")).toBe(2);
  });
});

describe("states", () => {
  test("the mean of a feature that has one value is marked", async () => {
    const frame = curvesFrame({ histogram: { edges: [1, 3], counts: [10] } }, 10, [2]);
    const { root } = await mount({}, { result: frame });
    const marks = Array.from(root.querySelectorAll<SVGCircleElement>(".lines .mean circle"));
    expect(marks).toHaveLength(1);
    expect(marks[0]!.getBoundingClientRect().width).toBeGreaterThan(4);
    expect(getComputedStyle(marks[0]!).fill).not.toBe("none");
  });

  test("running: progress, Stop; and the rows so far", async () => {
    const frame = curvesFrame({ finished: false, done: 4 }, 4);
    const { model, root } = await mount({ status: "running" }, { result: frame });
    expect(root.querySelector<HTMLElement>(".status")!.style.getPropertyValue("--p")).toBe("40%");
    expect(text(root, ".status")).toContain("4 of 10 rows");
    named(root, "Stop").click();
    expect(model.sent.at(-1)).toEqual({ kind: "cancel" });
    model.receive({ status: "cancelled" });
    await drawn();
    expect(text(root, ".status")).toContain("stopped at 4 of 10 rows");
    named(root, "Go on").click();
    named(root, "Reset").click();
    expect(model.sent.slice(-2)).toEqual([{ kind: "compute" }, { kind: "reset" }]);
  });

  test("previews are acknowledged, the stale dropped", async () => {
    const { model, root } = await mount({ status: "running" });
    await vi.waitFor(() => expect(model.sent).toContainEqual(expect.objectContaining({ visible: true })));
    model.preview(curvesFrame({ job: 3, sequence: 2, finished: false }));
    await drawn();
    model.preview(curvesFrame({ job: 2, sequence: 5, finished: false }));
    await drawn();
    expect(model.acknowledged()).toEqual([
      [3, 2],
      [2, 5],
    ]);
    expect(root.dataset.job).toBe("3");
  });

  test("before the first curves it says what it waits for", async () => {
    const { model, root } = await mount({ status: "running" }, { result: {} });
    expect(text(root, ".status")).toContain("Waiting for the first rows.");
    expect(root.querySelector<HTMLElement>(".plot")!.hidden).toBe(true);
    model.preview(curvesFrame({ finished: false, done: 4 }, 4));
    await drawn();
    expect(root.querySelector<HTMLElement>(".plot")!.hidden).toBe(false);
  });

  test("an error stands above the last picture, which stays; so does what cannot be read", async () => {
    const { model, root } = await mount();
    const before = inked(canvases(root)[0]!);
    const error = { title: "The model failed.", given: "text", expected: "numbers", do: "encode it" };
    model.receive({ status: "failed", error });
    await drawn();
    expect(text(root, ".error")).toBe("The model failed.GiventextExpectednumbersDoencode it");
    expect(inked(canvases(root)[0]!)).toBe(before);
    model.receive({ error: null, status: "done", result: { ...curvesFrame({ job: 2 }), buffers: [] } });
    await drawn();
    expect(text(root, ".error")).toContain("could not be read");
    expect(root.dataset.job).toBe("1");
  });

  test("the theme is that of the page behind, and the curves follow it", async () => {
    document.body.style.background = "#ffffff";
    const { root } = await mount({ selection: selectionOf(104) });
    const grey = () => {
      const { width, height } = canvases(root)[0]!;
      const { data } = canvases(root)[0]!.getContext("2d")!.getImageData(0, 0, width, height);
      const strongest = data.reduce((best, value, index) => (index % 4 === 3 && value > data[best]! ? index : best), 3);
      return [...data.subarray(strongest - 3, strongest)];
    };
    const light = grey();
    expect(light[0]).toBeGreaterThan(130);
    document.body.style.background = "#181818";
    await vi.waitFor(() => expect(root.dataset.theme).toBe("dark"));
    await drawn();
    expect(grey()[0]).toBeLessThan(light[0]!);
    expect(getComputedStyle(root.querySelector(".labels .chosen")!).fill).toBe("rgb(255, 184, 74)");
  });

  test.each([500, 640, 780, 848, 900, 1200])(
    "what moves the curves keeps within its feature in %i pixels",
    async (width) => {
      const features = [{ name: "temp", moves: 1234.5 }];
      const { root } = await mount({ features, class_names: ["a", "b", "c"], target: 1 }, { width });
      const [told, feature] = [".feature output", ".feature"].map((part) => root.querySelector(part)!);
      expect(text(root, ".feature output")).toContain("moves by");
      expect(told!.getBoundingClientRect().right).toBeLessThanOrEqual(feature!.getBoundingClientRect().right + 1);
    },
  );

  test.each([360, 420, 500, 640, 780, 900, 1200])("nothing sticks out of %i pixels", async (width) => {
    const changes = { bands: true, brush: [box([0, 1], [0, 3]), box([3.5, 4], [8, 18], "or")], hover: 109 };
    const { root, model } = await mount(changes, { width });
    expect(root.scrollWidth).toBeLessThanOrEqual(width);
    expect(sticking(root)).toEqual([]);
    model.receive({ language: "ko", centered: true, anchor: 4 });
    await drawn();
    expect(sticking(root)).toEqual([]);
    const { right } = catcher(root).getBoundingClientRect();
    for (const label of root.querySelectorAll(".labels text")) {
      expect(label.getBoundingClientRect().left).toBeGreaterThan(right);
    }
  });

  test("closing takes every listener and element away", async () => {
    const { model, root, close } = await mount();
    close();
    expect(model.listening).toBe(0);
    expect(root.isConnected).toBe(false);
  });

  test("many curves are counted per pixel, and look as lines do", async () => {
    const { root } = await mount({ kind: "individual" }, { result: manyCurves(2000) });
    expect(inked(canvases(root)[0]!)).toBeGreaterThan(10_000);
  });

  test("the figure is a PNG with curves, lines and words in it", async () => {
    const files: string[] = [];
    const blobs: Blob[] = [];
    const click = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
      files.push(this.download);
    });
    const make = vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
      blobs.push(blob as Blob);
      return "blob:figure";
    });
    const { root } = await mount({ selection: selectionOf(104) });
    named(root, "Download PNG").click();
    await vi.waitFor(() => expect(files).toEqual(["ice_temp.png"]));
    click.mockRestore();
    make.mockRestore();
    const image = await createImageBitmap(blobs[0]!);
    const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
    const context = canvas.getContext("2d")!;
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    const seen = { ink: 0, amber: 0 };
    for (let index = 0; index < data.length; index += 4) {
      const [red, green, blue] = data.subarray(index, index + 3) as unknown as [number, number, number];
      if (red < 60 && green < 60 && blue < 60) seen.ink++;
      if (red - blue > 100) seen.amber++;
    }
    expect(image.width).toBe(2 * 932);
    expect(seen.ink).toBeGreaterThan(3000);
    expect(seen.amber).toBeGreaterThan(1000);
  });

  test("code is shown, and its button gets the focus back", async () => {
    const copy = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    const { root } = await mount();
    named(root, "Copy as code").click();
    await vi.waitFor(() => expect(text(root, ".code pre")).toBe('xw.ICEPlot(model, X, "temp")'));
    named(root, "Close").focus();
    named(root, "Close").click();
    await drawn();
    expect(document.activeElement?.getAttribute("aria-label")).toBe("Copy as code");
    copy.mockRestore();
  });
});

function manyCurves(count: number) {
  const frame = curvesFrame({ done: count, total: count, few: [false, false, false, false, false] });
  const stored = Uint16Array.from({ length: count * 5 }, (_, index) => 20000 + 15000 * Math.sin(index * 0.37));
  frame.arrays[0]!.shape = [count, 5];
  frame.arrays[1]!.shape = frame.arrays[2]!.shape = [count];
  const arrays = [stored, Uint32Array.from({ length: count }, (_, row) => row), new Float32Array(count)];
  frame.buffers = arrays.map((array) => new DataView(array.buffer));
  return frame;
}
