import "../../js/beeswarm_plot.css";
import "../../js/dependence_plot.css";
import { afterEach, describe, expect, test } from "vitest";
import beeswarm from "../../js/beeswarm_plot";
import dependence from "../../js/dependence_plot";
import { readSelection } from "../../js/lib/ice_curves";
import type { DotsTraits } from "../../js/lib/swarm_state";
import { FakeModel } from "./fake";
import { closeAll, drawn, mountModel, named, point, press, wait } from "./mount";
import { beeswarmFrame, chosenFrame, dependenceFrame, dotsTraits, pictureFrame } from "./swarm_fake";

afterEach(closeAll);

interface Options {
  width?: number;
  result?: unknown;
  offline?: boolean;
}

async function mount(
  changes: Partial<DotsTraits> = {},
  { width = 900, result = beeswarmFrame(), offline = false }: Options = {},
  factory = beeswarm,
) {
  const model = new FakeModel({ ...dotsTraits(changes), result, chosen: {} });
  return mountModel(offline ? Object.assign(model, { offline }) : model, width, factory);
}

const mountDependence = (changes: Partial<DotsTraits> = {}, options: Options = {}) =>
  mount(changes, { result: dependenceFrame(), ...options }, dependence);

const text = (root: Element, selector: string) => root.querySelector(selector)?.textContent ?? "";
const catcher = (root: Element) => root.querySelector<SVGElement>(".catcher")!;
const selected = (model: FakeModel) => [...readSelection(model.get("selection"))];
const alternative = (root: Element) => root.querySelector(".plot [role=img]")!.getAttribute("aria-label")!;

/** The place on the page of a share of the plot. */
function placeOf(root: Element, across: number, down: number): [number, number] {
  const box = catcher(root).getBoundingClientRect();
  return [box.left + across * box.width, box.top + down * box.height];
}

/** Of the beeswarm: the place of a SHAP value on a line. */
const onLine = (root: Element, value: number, line: number) => placeOf(root, (value + 5) / 9, (line + 0.5) / 2);

async function drag(
  root: Element,
  places: [number, number][],
  more: PointerEventInit = {},
  beforeRelease: () => void = () => {},
) {
  const part = catcher(root);
  const say = (type: string, [clientX, clientY]: [number, number]) =>
    part.dispatchEvent(
      new PointerEvent(type, { clientX, clientY, pointerId: 1, button: 0, bubbles: true, cancelable: true, ...more }),
    );
  Element.prototype.setPointerCapture = () => {}; // there is no real pointer to capture
  say("pointerdown", places[0]!);
  for (const place of places.slice(1)) say("pointermove", place);
  await wait(120);
  beforeRelease();
  await drawn();
  say("pointerup", places.at(-1)!);
  await drawn();
}

/** Pixels of a canvas that are painted, and of these the share that is amber. */
function painted(canvas: HTMLCanvasElement) {
  const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
  let [count, amber] = [0, 0];
  for (let pixel = 0; pixel < data.length; pixel += 4) {
    if (data[pixel + 3]! < 128) continue;
    count += 1;
    if (data[pixel]! > 180 && data[pixel + 1]! > 80 && data[pixel + 2]! < 80) amber += 1;
  }
  return { count, amber };
}

/** Parts of the drawing that do not lie within the view. */
function sticking(root: Element): string[] {
  const bounds = root.getBoundingClientRect();
  return [...root.querySelectorAll("svg text, canvas, button, select, .tip:not([hidden])")]
    .filter((one) => one.getClientRects().length)
    .filter((one) => {
      const { left, right } = one.getBoundingClientRect();
      return left < bounds.left - 6 || right > bounds.right + 6;
    })
    .map((one) => one.textContent || one.tagName);
}

describe("a beeswarm", () => {
  test("has a line for each feature, its importance, and all dots", async () => {
    const { root } = await mount();
    expect(root.dataset).toMatchObject({ job: "1", done: "8", finished: "true", many: "false" });
    expect(JSON.parse(root.dataset.lines!)).toEqual(["age", "sex"]);
    const words = [...root.querySelectorAll(".ground text")].map((one) => one.firstChild?.textContent);
    expect(words).toEqual(expect.arrayContaining(["age", "sex", "2.00", "0.20", "low", "high", "category or missing"]));
    expect(text(root, ".title")).toBe("SHAP values: what each feature adds to the log-odds");
    expect(text(root, ".status")).toContain("8 rows, 2 features, TreeSHAP");
    expect(painted(root.querySelector("canvas")!).count).toBeGreaterThan(100);
  });

  test("its text alternative is made of its numbers", async () => {
    const { root } = await mount();
    expect(alternative(root)).toContain("age 2, from \u22124.0 to +3.0; sex 0.2, from \u22120.4 to +0.3.");
  });

  test("the dot under the pointer is told, and its row ringed in each line", async () => {
    const { model, root } = await mount();
    point(catcher(root), "pointermove", ...onLine(root, -2, 0));
    await drawn();
    expect(text(root, ".tip")).toBe("row 2, age = 30\u2002\u22122.0");
    expect(model.get("hover")).toBe(2);
    expect(root.querySelectorAll(".hovered circle:not(.halo)")).toHaveLength(2);
    point(catcher(root), "pointermove", ...onLine(root, 0.28, 1));
    await drawn();
    expect(text(root, ".tip")).toContain("sex = missing");
    point(catcher(root), "pointerleave", 0, 0);
    await drawn();
    expect(model.get("hover")).toBeNull();
    expect(root.querySelector<HTMLElement>(".tip")!.hidden).toBe(true);
  });

  test("a box selects, Shift adds, Control narrows, Escape clears", async () => {
    const { model, root } = await mount();
    await drag(root, [onLine(root, 0.5, -0.4), onLine(root, 1.5, 0.2), onLine(root, 2.5, 0.4)]);
    expect(selected(model)).toEqual([5, 6]);
    expect(model.get("brush")).toHaveLength(1);
    expect(text(root, ".chip")).toContain("2 selected");
    expect(painted(root.querySelectorAll("canvas")[1]!).amber).toBeGreaterThan(20);
    expect(root.querySelector("canvas")!.classList.contains("faded")).toBe(true);
    await drag(root, [onLine(root, -4.5, -0.4), onLine(root, -3.5, 0.4)], { shiftKey: true });
    expect(selected(model)).toEqual([0, 5, 6]);
    await drag(root, [onLine(root, 0.15, 0.6), onLine(root, 1, 1.4)], { ctrlKey: true });
    expect(selected(model)).toEqual([6]);
    expect(root.querySelectorAll("g.brush")).toHaveLength(3);
    press(catcher(root), "Escape");
    await drawn();
    expect(selected(model)).toEqual([]);
    expect(root.querySelectorAll("g.brush")).toHaveLength(0);
    expect(alternative(root)).not.toContain("selected");
  });

  test("a lasso selects what lies within it", async () => {
    const { model, root } = await mount();
    named(root, "Select the dots in a freehand shape").click();
    await drawn();
    const corners: [number, number][] = [
      [-2.5, -0.4],
      [0.5, -0.4],
      [0.5, 0.4],
      [-0.5, 0.4],
      [-0.5, -0.2],
      [-1.5, -0.2],
      [-1.5, 0.4],
      [-2.5, 0.4],
    ];
    await drag(
      root,
      corners.map(([value, line]) => onLine(root, value, line)),
    );
    expect(selected(model)).toEqual([2, 4]);
    expect((model.get("brush") as { x: number[] }[])[0]!.x.length).toBeGreaterThan(5);
  });

  test("a click selects and opens a row, with Shift one more", async () => {
    const { model, root } = await mount();
    await drag(root, [onLine(root, -4, 0)]);
    expect(selected(model)).toEqual([0]);
    expect(model.get("index")).toBe(0);
    await drag(root, [onLine(root, 3, 0)], { shiftKey: true });
    expect(selected(model)).toEqual([0, 7]);
    await drag(root, [onLine(root, 3, 0)], { shiftKey: true });
    expect(selected(model)).toEqual([0]);
  });

  test("by keys alone: from dot to dot, to the same row in another line, a box that is moved, resized, taken away", async () => {
    const { model, root } = await mount();
    const part = catcher(root);
    part.focus();
    press(part, "ArrowRight");
    await drawn();
    const first = model.get("hover") as number;
    press(part, "ArrowRight");
    await drawn();
    expect(model.get("hover")).toBe(first + 1);
    press(part, "ArrowDown");
    await drawn();
    expect(model.get("hover")).toBe(first + 1);
    expect(text(root, ".tip")).toContain("sex = ");
    press(part, "Enter");
    await drawn();
    expect(selected(model)).toEqual([first + 1]);
    press(part, "ArrowUp");
    await drawn();
    press(part, "b");
    await drawn();
    expect(selected(model)).toEqual([first + 1]);
    const box = root.querySelector<SVGElement>("g.brush")!;
    expect(box.getAttribute("aria-label")).toContain("Selection 1");
    for (let step = 0; step < 3; step++) press(box, "ArrowRight", { altKey: true, shiftKey: true });
    await drawn();
    const wider = selected(model);
    expect(wider.length).toBeGreaterThan(1);
    for (let step = 0; step < 10; step++) press(box, "ArrowRight", { shiftKey: true });
    await drawn();
    expect(selected(model)).not.toEqual(wider);
    expect(selected(model)).toContain(7);
    press(box, "Delete");
    await drawn();
    expect(selected(model)).toEqual([]);
    expect(root.querySelector("g.brush")).toBeNull();
  });

  test("keys are not faster than the view", async () => {
    const { model, root } = await mount();
    for (const key of ["ArrowRight", "ArrowRight", "ArrowRight", "Enter"]) press(catcher(root), key);
    expect(selected(model)).toEqual([model.get("hover")]);
    const first = model.get("hover") as number;
    press(catcher(root), "ArrowLeft");
    await drawn();
    expect(model.get("hover")).toBe(first - 1);
  });

  test("a selection from elsewhere is shown, and takes shapes away", async () => {
    const { model, root } = await mount();
    await drag(root, [onLine(root, 0.5, -0.4), onLine(root, 2.5, 0.4)]);
    model.receive({ selection: new DataView(Uint32Array.of(1, 3, 4).buffer) });
    await drawn();
    expect(model.get("brush")).toEqual([]);
    expect(text(root, ".chip")).toContain("3 selected");
    expect(alternative(root)).toContain("3 of the rows drawn are selected.");
  });

  test("of the selected rows it says how many are drawn, and lets them go before any is", async () => {
    const { model, root } = await mount();
    model.receive({ selection: new DataView(Uint32Array.of(1, 3, 40, 50).buffer) });
    await drawn();
    expect(text(root, ".chip")).toContain("2 of 4 selected");
    model.receive({ selection: new DataView(Uint32Array.of(40, 50).buffer) });
    await drawn();
    expect(text(root, ".chip")).toContain("0 of 2 selected");
    root.querySelector<HTMLButtonElement>(".chip button")!.click();
    await drawn();
    expect(selected(model)).toEqual([]);
    expect(root.querySelector<HTMLElement>(".chip")!.hidden).toBe(true);
  });

  test("another number of features asks the kernel", async () => {
    const names = Array.from({ length: 12 }, (_, index) => `x${index}`);
    const { model, root } = await mount({ feature_names: names });
    const input = named<HTMLSelectElement>(root, "Features");
    expect([...input.options].map(({ value }) => value)).toEqual(["5", "10", "12"]);
    input.value = "5";
    input.dispatchEvent(new Event("change"));
    expect(model.get("max_display")).toBe(5);
  });

  test("the power of ten that its axis leaves out stands above it", async () => {
    const { root } = await mount({}, { result: beeswarmFrame({ ends: [-2e6, 2e6, -0.5, 2.5] }) });
    expect(text(root, ".title")).toMatch(/×\s10⁶$/);
  });

  test("grey is explained where a dot has no number", async () => {
    const { root } = await mount();
    expect(text(root, ".ground")).toContain("category or missing");
    const { root: numbers } = await mount({}, { result: beeswarmFrame({ grey: false }) });
    expect(text(numbers, ".ground")).not.toContain("category or missing");
  });

  test("that adds nothing says so", async () => {
    const { root } = await mount({}, { result: beeswarmFrame({ zero: true }) });
    expect(text(root, ".caption")).toContain("all values are 0");
    expect(alternative(root)).toContain("all values are 0");
  });

  test("names are text", async () => {
    const name = "<img src=x onerror=alert(1)>";
    const { root } = await mount({}, { result: beeswarmFrame({}, [name, "sex"]) });
    expect(root.querySelector("img")).toBeNull();
    expect(text(root, ".ground")).toContain("<img");
  });

  test.each([1200, 600, 400, 284])("nothing stands out at %i pixels", async (width) => {
    const long = "a feature whose name is much too long for any axis";
    const { root } = await mount({}, { width, result: beeswarmFrame({}, [long, "sex"]) });
    point(catcher(root), "pointermove", ...onLine(root, 3, 0));
    await drawn();
    expect(sticking(root)).toEqual([]);
    const { root: other } = await mountDependence({}, { width });
    expect(sticking(other)).toEqual([]);
  });

  test("in Korean", async () => {
    const { root } = await mount({ language: "ko" });
    expect(text(root, ".title")).toContain("SHAP 값");
    expect(named(root, "특성")).toBeTruthy();
  });

  test("what it is, is one click away", async () => {
    const { root } = await mount();
    named(root, "What is this?").click();
    await drawn();
    expect(text(root, ".about")).toContain("mean magnitude");
  });
});

test.each([
  ["idle", "Waiting for its turn."],
  ["running", "Waiting for the first rows."],
  ["failed", "No picture yet."],
  ["cancelled", "No picture yet."],
] as const)("without a picture, %s, nothing is waited for that does not come", async (status, says) => {
  const { root } = await mount({ status }, { result: {} });
  expect(text(root, ".status")).toContain(says);
});

describe("rows on their way", () => {
  const way = { finished: false, some: true, total: 50_000, n_rows: 50_000 };

  test("a box over them selects at once and stays while others come, whatever their order", async () => {
    const { model, root } = await mount({ status: "running", n_rows: 50_000 }, { result: {} });
    model.preview(beeswarmFrame(way));
    await drawn();
    await drag(root, [onLine(root, 0.5, -0.3), onLine(root, 3.5, 0.3)]);
    expect(selected(model)).toEqual([5, 6, 7]);
    model.preview(beeswarmFrame({ ...way, sequence: 2 }, ["sex", "age"]));
    model.receive({ selection: new DataView(Uint32Array.from([5, 6, 7, 900]).buffer) });
    await drawn();
    expect(model.get("brush")).toHaveLength(1);
    expect(root.querySelectorAll("g.brush")).toHaveLength(1);
    expect(selected(model)).toEqual([5, 6, 7, 900]);
    model.receive({ status: "done", result: pictureFrame({ sequence: 3 }) });
    await drawn();
    expect(selected(model)).toEqual([5, 6, 7, 900]);
  });
});

describe("rows that come during a drag", () => {
  const way = { finished: false, total: 8, n_rows: 8 };

  test("are selected by the kernel: no selection goes there without its shape", async () => {
    const { model, root } = await mount({ status: "running" }, { result: {} });
    model.preview(beeswarmFrame({ ...way, done: 6 }));
    await drawn();
    await drag(root, [onLine(root, 0.5, -0.3), onLine(root, 3.5, 0.3)], {}, () => {
      model.preview(beeswarmFrame({ ...way, done: 7, sequence: 2 }));
      model.receive({ selection: new DataView(Uint32Array.from([5]).buffer) });
    });
    expect(selected(model)).toEqual([5]);
    expect(root.querySelectorAll("g.brush")).toHaveLength(1);
    expect(model.saved.filter((saved) => "selection" in saved).length).toBeGreaterThan(0);
    expect(model.saved.filter((saved) => "selection" in saved && !("brush" in saved))).toEqual([]);
  });

  test("and in the end are selected all, though the kernel may not have known the shape yet", async () => {
    const { model, root } = await mount({ status: "running" }, { result: {} });
    model.preview(beeswarmFrame({ ...way, done: 6 }));
    await drawn();
    await drag(root, [onLine(root, 0.5, -0.3), onLine(root, 3.5, 0.3)]);
    model.receive({ selection: new DataView(Uint32Array.from([5]).buffer) });
    model.receive({ status: "done", result: beeswarmFrame({ sequence: 2 }) });
    await drawn();
    expect(selected(model)).toEqual([5, 6, 7]);
    expect(root.querySelectorAll("g.brush")).toHaveLength(1);
    model.receive({ selection: new DataView(Uint32Array.from([1]).buffer) });
    await drawn();
    expect(root.querySelectorAll("g.brush")).toHaveLength(0);
    expect(selected(model)).toEqual([1]);
  });
});

describe("a picture of many", () => {
  const many = { result: pictureFrame() };

  test("is painted, and its brush is answered by the kernel", async () => {
    const { model, root } = await mount({ n_rows: 50_000 }, many);
    expect(root.dataset.many).toBe("true");
    expect(painted(root.querySelector("canvas")!).count).toBeGreaterThan(1000);
    await drag(root, [placeOf(root, 0.1, 0.1), placeOf(root, 0.5, 0.4)]);
    await wait(120);
    expect(model.get("brush")).toHaveLength(1);
    expect(selected(model)).toEqual([]);
    const rows = new DataView(Uint32Array.from({ length: 9 }, (_, row) => row).buffer);
    model.receive({ selection: rows, chosen: chosenFrame(9) });
    await drawn();
    expect(model.get("brush")).toHaveLength(1);
    expect(text(root, ".chip")).toContain("9 selected");
    expect(painted(root.querySelectorAll("canvas")[1]!).amber).toBeGreaterThan(100);
    model.receive({ chosen: chosenFrame(5, 2) }); // of another picture
    await drawn();
    expect(painted(root.querySelectorAll("canvas")[1]!).amber).toBe(0);
  });

  test("tells the row under the pointer at once, and its numbers when the kernel has said them", async () => {
    const { model, root } = await mount({ n_rows: 50_000 }, many);
    point(catcher(root), "pointermove", ...placeOf(root, 0.35, 1.5 / 8));
    await drawn();
    expect(model.get("hover")).toBe(103);
    expect(text(root, ".tip")).toBe("row 103, age\u2002about \u22122");
    const said = {
      row: 103,
      serial: 1,
      x: [-1.6, 0.2],
      y: [0, 1],
      values: [-1.6, 0.2],
      data: [31.5, "male"],
      beside: null,
    };
    model.receive({ hovered: said });
    await drawn();
    expect(text(root, ".tip")).toBe("row 103, age = 31.5\u2002\u22121.6");
    expect(root.querySelectorAll(".hovered circle:not(.halo)")).toHaveLength(2);
    model.receive({ hovered: { ...said, serial: 7 } });
    await drawn();
    expect(text(root, ".tip")).toContain("about");
  });

  test("cannot be brushed without a kernel", async () => {
    const { model, root } = await mount({ n_rows: 50_000 }, { ...many, offline: true });
    await drag(root, [placeOf(root, 0.1, 0.1), placeOf(root, 0.5, 0.4)]);
    expect(model.get("brush")).toEqual([]);
    expect(named<HTMLButtonElement>(root, "Select the dots in a box").disabled).toBe(true);
  });
});

describe("a dependence plot", () => {
  const at = (root: Element, age: number, value: number) => placeOf(root, (age - 18) / 44, (4 - value) / 9);

  test("shows feature, colour and why it has it", async () => {
    const { root } = await mountDependence();
    expect(root.dataset).toMatchObject({ feature: "age", color: "sex" });
    expect(text(root, ".title")).toBe("SHAP value of age: what it adds to the log-odds");
    expect(text(root, ".status")).toContain("coloured by sex, whose interaction is estimated to be the strongest");
    expect(named<HTMLSelectElement>(root, "Colour by").selectedOptions[0]!.textContent).toBe("strongest: sex");
    expect(text(root, ".ground")).toContain("missing");
    expect(root.querySelector(".ground .apart")).not.toBeNull();
  });

  test("tells value, colour and SHAP value of a dot", async () => {
    const { model, root } = await mountDependence();
    point(catcher(root), "pointermove", ...at(root, 35, -1));
    await drawn();
    expect(text(root, ".tip")).toBe("row 3, age = 35, sex = male\u2002\u22121.0");
    point(catcher(root), "pointermove", ...at(root, 57, 3));
    await drawn();
    expect(text(root, ".tip")).toContain("age = missing");
    expect(model.get("hover")).toBe(7);
  });

  test("a box selects by value; keys walk along the axis", async () => {
    const { model, root } = await mountDependence();
    await drag(root, [at(root, 24, 3.9), at(root, 41, -2.5)]);
    expect(selected(model)).toEqual([2, 3, 4]);
    const bars = root.querySelector(".chosen-bars")!;
    expect(bars.getAttribute("d")!.split("M")).toHaveLength(3); // ages 30 and 35 in one, 40 in the other
    model.receive({ selection: new DataView(Uint32Array.of(7).buffer) });
    await drawn();
    const { left } = bars.getBoundingClientRect();
    expect(left).toBeGreaterThan(at(root, 54, 0)[0]); // that of missing values
    press(catcher(root), "Escape");
    await drawn();
    press(catcher(root), "ArrowRight");
    await drawn();
    const first = model.get("hover") as number;
    press(catcher(root), "ArrowRight");
    await drawn();
    press(catcher(root), "ArrowUp");
    await drawn();
    expect(model.get("hover")).toBe(first + 2);
  });

  test("features by importance; another one or another colour asks the kernel", async () => {
    const { model, root } = await mountDependence();
    const feature = named<HTMLSelectElement>(root, "Feature");
    expect([...feature.options].map(({ value }) => value)).toEqual(["age", "sex"]);
    expect(text(root, ".ctl.feature output")).toBe("mean |SHAP| 2");
    feature.value = "sex";
    feature.dispatchEvent(new Event("change"));
    expect(model.get("feature")).toBe("sex");
    const color = named<HTMLSelectElement>(root, "Colour by");
    color.value = "";
    color.dispatchEvent(new Event("change"));
    expect(model.get("color_by")).toBeNull();
    await drawn();
    expect(text(root, ".status")).not.toContain("estimated");
  });

  test("its text alternative tells the means along the axis", async () => {
    const { root } = await mountDependence();
    const told = alternative(root);
    expect(told).toContain("age from 20 to 25: mean \u22123.5.");
    expect(told).toContain("age missing: mean +3.0.");
    expect(told).toContain("Coloured by sex.");
    const axis = { names: ["few", "many"], missing: null, lacking: 0, counts: [4, 4], edges: null };
    const { root: other } = await mountDependence({}, { result: dependenceFrame({ axis, ends: [-0.5, 1.5, 4, -5] }) });
    expect(text(other, ".ground")).toContain("many");
    expect(alternative(other)).toContain("8 rows.");
  });
});
