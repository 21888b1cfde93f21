import "../../js/force_plot.css";
import { afterEach, describe, expect, test } from "vitest";
import factory from "../../js/force_plot";
import type { ForceTraits } from "../../js/lib/force_state";
import { readSelection } from "../../js/lib/ice_curves";
import { FakeModel } from "./fake";
import { forceFrame, forceTraits, orderingFrame, record, rowFrame } from "./force_fake";
import { closeAll, drawn, mountModel, named, point, press, wait } from "./mount";

afterEach(closeAll);

interface Options {
  width?: number;
  result?: unknown;
  ordering?: unknown;
  offline?: boolean;
}

async function mount(changes: Partial<ForceTraits> = {}, options: Options = {}) {
  const { width = 900, result = forceFrame(), ordering = {}, offline = false } = options;
  const model = new FakeModel({ ...forceTraits(changes), result, ordering });
  return mountModel(offline ? Object.assign(model, { offline }) : model, width, factory);
}

const text = (root: Element, selector: string) => root.querySelector(selector)?.textContent ?? "";
const catcher = (root: Element) => root.querySelector<SVGElement>(".catcher")!;
const choose = (root: Element, name: string, value: string) => {
  const input = named<HTMLSelectElement>(root, name);
  input.value = value;
  input.dispatchEvent(new Event("change"));
};

/** The place on the page at a share of the way across and down the stack. */
function placeOf(root: Element, across: number, down = 0.5): [number, number] {
  const box = catcher(root).getBoundingClientRect();
  return [box.left + across * box.width, box.top + down * box.height];
}

/** How red, and how blue, the stack is in a column, from top to bottom. */
function column(root: Element, across: number): ("red" | "blue" | "page")[] {
  const canvas = root.querySelector("canvas")!;
  const x = Math.floor(across * (canvas.width - 1));
  const { data } = canvas.getContext("2d")!.getImageData(x, 0, 1, canvas.height);
  return Array.from({ length: canvas.height }, (_, row) => {
    const [red, , blue, alpha] = data.slice(4 * row, 4 * row + 4);
    return !alpha ? "page" : red! > blue! ? "red" : "blue";
  });
}

/** Parts of the drawing that do not lie within the view. */
function sticking(root: Element): string[] {
  const bounds = root.getBoundingClientRect();
  return [...root.querySelectorAll("svg text, canvas, button, select, .caption span, .tip:not([hidden])")]
    .filter((one) => one.getClientRects().length)
    .filter((one) => {
      const { left, right } = one.getBoundingClientRect();
      return left < bounds.left - 1 || right > bounds.right + 1;
    })
    .map((one) => one.textContent || one.tagName);
}

/** Pairs of texts of a drawing that lie over each other. */
function touching(drawing: Element): string[] {
  const boxes = [...drawing.querySelectorAll("text")]
    .map((part) => ({ part, box: part.getBoundingClientRect() }))
    .filter(({ box }) => box.width > 0);
  return boxes.flatMap(({ part, box }, index) =>
    boxes
      .slice(index + 1)
      .filter(
        ({ box: other }) =>
          box.left < other.right - 1 &&
          other.left < box.right - 1 &&
          box.top < other.bottom - 3 &&
          other.top < box.bottom - 3,
      )
      .map(({ part: other }) => `${part.textContent} / ${other.textContent}`),
  );
}

const selected = (model: FakeModel) => [...readSelection(model.get("selection"))];

describe("many rows", () => {
  test("what raises is red and below the output, what lowers blue and above it", async () => {
    const { root } = await mount();
    const last = column(root, 0.99).filter((colour) => colour !== "page");
    const first = column(root, 0.01).filter((colour) => colour !== "page");
    expect(last.lastIndexOf("blue")).toBeLessThan(last.indexOf("red"));
    expect(first.lastIndexOf("blue")).toBeLessThan(first.indexOf("red"));
    expect(last.filter((colour) => colour === "red").length).toBeGreaterThan(last.length / 2);
    expect(first.filter((colour) => colour === "blue").length).toBeGreaterThan(first.length / 2);
  });

  test("the page says what is on screen, and drops what is stale", async () => {
    const { model, root } = await mount();
    expect(root.dataset).toMatchObject({ job: "1", done: "40", finished: "true", selected: "0" });
    model.preview(forceFrame(20, { job: 2, finished: false, total: 40, n_rows: 40 }));
    await drawn();
    expect(root.dataset).toMatchObject({ job: "2", done: "20", finished: "false" });
    expect(text(root, ".status")).toContain("20 of 40 rows");
    model.preview(forceFrame());
    await drawn();
    expect(root.dataset.job).toBe("2");
  });

  test("says units, method, background and gap", async () => {
    const { root } = await mount();
    expect(text(root, ".caption")).toContain("Log-odds of rain");
    for (const said of ["40 rows", "4 features", "TreeSHAP", "100 rows of X", "10⁻¹⁵"]) {
      expect(text(root, ".status")).toContain(said);
    }
  });

  test("a pointer reads the row, and Python learns which", async () => {
    const { model, root } = await mount();
    point(catcher(root), "pointermove", ...placeOf(root, 0.99));
    await drawn();
    expect(text(root, ".tip.row")).toContain("Row 39");
    expect(text(root, ".tip.row")).toContain("temp = 39");
    await wait(150);
    expect(model.get("hover")).toBe(39);
    model.receive({ pointed: { ...record({ row: 39, values: [1.2345], features: [0], data: [8], value: 3.25 }) } });
    await drawn();
    expect(text(root, ".tip.row")).toContain("temp = 8");
    point(catcher(root), "pointerleave", 0, 0);
    await drawn();
    expect(model.get("hover")).toBeNull();
  });

  test("a brush selects the rows under it in the order they stand", async () => {
    const places = Array.from({ length: 40 }, (_, place) => (place * 7) % 40);
    const { model, root } = await mount({ order: "similarity" }, { ordering: orderingFrame(places) });
    point(catcher(root), "pointerdown", ...placeOf(root, 0.26));
    point(catcher(root), "pointermove", ...placeOf(root, 0.36));
    await drawn();
    expect(root.querySelector<SVGElement>(".brush")!.style.display).toBe("");
    point(catcher(root), "pointermove", ...placeOf(root, 0.49));
    point(catcher(root), "pointerup", ...placeOf(root, 0.49));
    await drawn();
    expect(selected(model)).toEqual([...places.slice(10, 20)].sort((one, other) => one - other));
    expect(text(root, ".caption")).toContain("10 rows selected");
    expect(root.querySelector(".strip")!.getAttribute("d")).not.toBe("");
    press(catcher(root), "Escape");
    await drawn();
    expect(selected(model)).toEqual([]);
    expect(root.querySelector<HTMLElement>(".selection")!.hidden).toBe(true);
  });

  test("a selection from elsewhere is shown", async () => {
    const { model, root } = await mount();
    model.receive({ selection: new DataView(Uint32Array.of(3, 4, 39).buffer) });
    await drawn();
    expect(text(root, ".caption")).toContain("3 rows selected");
    expect(root.dataset.selected).toBe("3");
  });

  test("keys move along the rows, select, open and zoom", async () => {
    const { model, root } = await mount();
    const hand = catcher(root);
    press(hand, "Home");
    press(hand, "ArrowRight");
    await drawn();
    expect(text(root, ".tip.row")).toContain("Row 2"); // by output, odd and even rows in turns
    press(hand, "ArrowRight", { shiftKey: true });
    press(hand, "ArrowRight", { shiftKey: true });
    await drawn();
    expect(selected(model).length).toBe(3);
    press(hand, "Enter");
    await drawn();
    expect(model.get("index")).not.toBeNull();
    expect(root.querySelector<HTMLElement>(".opened-row")!.hidden).toBe(false);
    expect(text(root, ".opened-row")).toContain(`Row ${model.get("index")}`);
    press(hand, "+");
    await drawn();
    expect(named<HTMLButtonElement>(root, "All rows in sight").disabled).toBe(false);
    press(hand, "End");
    await drawn();
    expect(text(root, ".tip.row")).toContain("Row 39");
    press(hand, "0");
    await drawn();
    expect(named<HTMLButtonElement>(root, "All rows in sight").disabled).toBe(true);
  });

  test("a click opens a row, exactly where the kernel tells", async () => {
    const { model, root } = await mount({ order: "original" });
    point(catcher(root), "pointerdown", ...placeOf(root, 0.5));
    point(catcher(root), "pointerup", ...placeOf(root, 0.5));
    await drawn();
    expect(model.get("index")).toBe(20);
    expect(text(root, ".bar")).toContain("+0.30");
    model.receive({ opened: record({ row: 20, features: [0, 1], values: [0.123, 4], data: ["x", 1], value: 4.6 }) });
    await drawn();
    expect(text(root, ".bar")).toContain("+4.00");
    named<HTMLButtonElement>(root.querySelector(".opened-head")!, "Close").click();
    await drawn();
    expect(model.get("index")).toBeNull();
    expect(root.querySelector<HTMLElement>(".opened-row")!.hidden).toBe(true);
  });

  test("zoomed in, a drag moves along the rows", async () => {
    const { model, root } = await mount({ order: "original" });
    named<HTMLButtonElement>(root, "Zoom in").click();
    await drawn();
    named<HTMLButtonElement>(root, "A drag moves along the rows").click();
    await drawn();
    point(catcher(root), "pointerdown", ...placeOf(root, 0.2));
    point(catcher(root), "pointermove", ...placeOf(root, 0.8));
    point(catcher(root), "pointerup", ...placeOf(root, 0.8));
    await drawn();
    point(catcher(root), "pointermove", ...placeOf(root, 0.001));
    await drawn();
    expect(text(root, ".tip.row")).toContain("Row 0");
    expect(selected(model)).toEqual([]);
  });

  test("the wheel zooms a stack that has the focus, and else scrolls the page", async () => {
    const { root } = await mount();
    const turn = () => {
      const [clientX, clientY] = placeOf(root, 0.5);
      const event = new WheelEvent("wheel", { clientX, clientY, deltaY: -300, bubbles: true, cancelable: true });
      catcher(root).dispatchEvent(event);
      return event.defaultPrevented;
    };
    expect(turn()).toBe(false);
    catcher(root).focus();
    expect(turn()).toBe(true);
    await drawn();
    expect(named<HTMLButtonElement>(root, "Zoom out").disabled).toBe(false);
  });

  test("an order that is not found yet is said, and comes", async () => {
    const { model, root } = await mount({ order: "similarity" });
    expect(text(root, ".status")).toContain("in the order of the output");
    model.receive({ ordering: orderingFrame([...Array(40).keys()].reverse()) });
    await drawn();
    expect(text(root, ".status")).not.toContain("in the order of the output");
    point(catcher(root), "pointermove", ...placeOf(root, 0.001));
    await drawn();
    expect(text(root, ".tip.row")).toContain("Row 39");
  });

  test("orders are asked for; names of features are text", async () => {
    const { model, root } = await mount();
    const offered = [...named(root, "Order rows by").querySelectorAll("option")].map(({ textContent }) => textContent);
    expect(offered).toEqual(["similarity", "output", "place in the table", "temp", "hum", "wind", "<b>season</b>"]);
    choose(root, "Order rows by", "hum");
    await drawn();
    expect(model.saved.at(-1)).toMatchObject({ order: "hum" });
    expect(root.querySelector("b b")).toBeNull();
  });

  test("many rows on few pixels are means, and it is said of how many", async () => {
    const { root } = await mount({ n_rows: 5000 }, { result: forceFrame(5000), width: 500 });
    expect(text(root, ".status")).toMatch(/mean of up to \d+ neighbouring rows/);
  });

  test("a name above the stack makes its band stand out", async () => {
    const { root } = await mount();
    const canvas = root.querySelector("canvas")!;
    const before = canvas.toDataURL();
    const name = root.querySelector<SVGElement>(".bands .name")!;
    press(name, "Enter");
    await drawn();
    expect(canvas.toDataURL()).not.toBe(before);
    expect(root.querySelector('.bands .name[aria-pressed="true"]')).not.toBeNull();
  });

  test("names of bands are told apart, and large enough to be hit", async () => {
    const { root } = await mount();
    const found = [...root.querySelectorAll(".bands .name")];
    const labels = found.map((one) => one.getAttribute("aria-label"));
    expect(labels).toEqual(
      expect.arrayContaining(["Highlight temp, where it raises", "Highlight temp, where it lowers"]),
    );
    expect(new Set(labels).size).toBe(labels.length);
    const plot = root.querySelector(".plot")!.getBoundingClientRect();
    for (const one of found) {
      const { top, bottom, height } = one.getBoundingClientRect();
      expect(height).toBeGreaterThanOrEqual(24);
      expect(top).toBeGreaterThanOrEqual(plot.top);
      expect(bottom).toBeLessThanOrEqual(plot.bottom);
    }
  });

  test("how many features have a band of their own is chosen; of four there is nothing to choose", async () => {
    const { root: few } = await mount();
    expect(named(few, "Features").closest<HTMLElement>(".ctl")!.hidden).toBe(true);
    const features = Array.from({ length: 12 }, (_, feature) => `feature ${feature}`);
    const { model, root } = await mount({ feature_names: features }, { result: forceFrame(40, { features }) });
    const control = named<HTMLSelectElement>(root, "Features");
    expect([...control.options].map(({ textContent }) => textContent)).toEqual(["5", "10", "all 12"]);
    expect(text(root, ".status")).toContain("the 2 weakest features are joined");
    choose(root, "Features", "5");
    await drawn();
    expect(model.saved.at(-1)).toMatchObject({ max_display: 5 });
    expect(text(root, ".status")).toContain("the 7 weakest features are joined");
  });

  test.each(["failed", "cancelled"] as const)("%s before its first rows it does not wait for them", async (status) => {
    const { model, root } = await mount({ status: "running" }, { result: {} });
    model.receive({ status });
    await drawn();
    expect(text(root, ".status")).toContain("No picture yet.");
    await expect.poll(() => text(root, "[role=status]")).toBe("No picture yet.");
  });

  test("before the first rows neither colours nor units are told", async () => {
    const { root } = await mount({ status: "running" }, { result: {} });
    expect(text(root, ".status")).toContain("Waiting for the first rows.");
    expect(root.querySelector<HTMLElement>(".caption")!.hidden).toBe(true);
    expect(root.querySelector<HTMLElement>(".ctl.link")!.hidden).toBe(true);
  });

  test("max_display joins the weakest features", async () => {
    const { root } = await mount({ max_display: 1 });
    expect(text(root, ".status")).toContain("the 3 weakest features are joined");
  });

  test("values that do not add up are said to", async () => {
    const { root } = await mount({}, { result: forceFrame(40, { gap: 0.4 }) });
    expect(text(root, ".status em:last-of-type")).toContain("does not add up");
  });

  test("all zero is said", async () => {
    const { root } = await mount({}, { result: forceFrame(10, {}, () => 0) });
    expect(root.querySelector(".axes")!.textContent!.split("No contribution")).toHaveLength(2);
    expect(text(root, ".status")).not.toContain("No contribution");
    expect(root.querySelector('[role="img"]')!.getAttribute("aria-label")).toContain("No contribution");
  });

  test.each([500, 760, 1000])("nothing sticks out and no labels touch at %i pixels", async (width) => {
    const { model, root } = await mount({ index: 5 }, { width });
    model.receive({ selection: new DataView(Uint32Array.of(3, 4, 39).buffer) });
    point(catcher(root), "pointermove", ...placeOf(root, 0.97));
    await drawn();
    expect(sticking(root)).toEqual([]);
    for (const drawing of root.querySelectorAll(".bands, .bar svg")) expect(touching(drawing)).toEqual([]);
  });

  test.each([320, 500, 760, 1280])(
    "one row of 30 long names stays within %i pixels, and no labels touch",
    async (width) => {
      const values = Array.from({ length: 30 }, (_, feature) => (feature % 3 ? 1 : -1) * (3 - feature / 12));
      const row = record({
        values,
        value: values.reduce((sum, value) => sum + value, -1),
        features: [...values.keys()],
        data: values.map((_, feature) => (feature % 2 ? 12345.678 * feature : `category of many letters ${feature}`)),
      });
      const { root } = await mount({ n_rows: 1, max_display: 30 }, { result: rowFrame({}, row), width });
      expect(sticking(root)).toEqual([]);
      expect(touching(root.querySelector(".bar svg")!)).toEqual([]);
      expect(root.querySelectorAll(".bar text.name").length).toBeGreaterThan(0);
      expect(text(root, ".rest")).toMatch(/\d+ more raise it by .*, \d+ lower it by/);
    },
  );

  test("two plots on a page are strangers", async () => {
    const { root: one } = await mount();
    const { model, root: other } = await mount();
    point(catcher(one), "pointerdown", ...placeOf(one, 0.2));
    point(catcher(one), "pointerup", ...placeOf(one, 0.2));
    await drawn();
    expect(model.get("index")).toBeNull();
    expect(other.querySelector<HTMLElement>(".opened-row")!.hidden).toBe(true);
    const ids = [...document.querySelectorAll(".force-plot [id]")].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("a saved page orders and opens by itself", async () => {
    const { model, root } = await mount({ order: "output" }, { offline: true });
    choose(root, "Order rows by", "temp");
    press(catcher(root), "Home");
    press(catcher(root), "Enter");
    await drawn();
    expect(model.get("index")).toBe(0);
    expect(text(root, ".bar")).toContain("\u22122.00");
  });
});

describe("one row", () => {
  const single = (changes: Partial<ForceTraits> = {}, width = 900, row = record()) =>
    mount({ n_rows: 1, ...changes }, { result: rowFrame({ n_rows: 1, done: 1, total: 1 }, row), width });

  test("arrows meet at the output, the one large number", async () => {
    const { root } = await single();
    expect(text(root, ".bar .big")).toBe("2.41");
    expect(text(root, ".bar")).toContain("base value\u2002\u22121.00");
    const ends = (kind: string) =>
      [...root.querySelectorAll(`.arrow.${kind}`)].map((part) => part.getBoundingClientRect());
    const [raising, lowering] = [ends("raise"), ends("lower")];
    const meeting = Math.max(...raising.map(({ right }) => right));
    expect(Math.min(...lowering.map(({ left }) => left))).toBeCloseTo(meeting, 0);
    expect(root.querySelector<HTMLElement>(".plot")!.hidden).toBe(true);
    expect(root.querySelector<HTMLElement>(".opened-head")!.getClientRects().length).toBe(0);
  });

  test.each([500, 760, 1000])("labels never touch nor run out at %i pixels, and the rest is counted", async (width) => {
    const { root } = await single({}, width);
    expect(touching(root.querySelector(".bar svg")!)).toEqual([]);
    expect(sticking(root)).toEqual([]);
    const labels = root.querySelectorAll(".bar text.name").length;
    const [, raising, lowering] = text(root, ".rest").match(/(\d+) more raise it by [\d.]+, (\d+) lower/)!;
    expect(labels + Number(raising) + Number(lowering)).toBe(13);
  });

  test("with the logit link the axis is relabelled and contributions are not", async () => {
    const { model, root } = await single();
    const width = root.querySelector(".arrow")!.getBoundingClientRect().width;
    named<HTMLButtonElement>(root, "Axis in probability: log-odds, relabelled").click();
    await drawn();
    expect(model.get("link")).toBe("logit");
    expect(text(root, ".bar .big")).toBe("91.8 %");
    expect(text(root, ".bar")).toContain("+2.50");
    expect(text(root, ".caption")).toContain("contributions stay in log-odds");
    expect(root.querySelector(".arrow")!.getBoundingClientRect().width).toBeCloseTo(width, 1);
  });

  test("a probability axis is not offered for what is no log-odds", async () => {
    const { root } = await mount({}, { result: rowFrame({ n_rows: 1, units: "score" }) });
    expect(root.querySelector<HTMLElement>(".ctl.link")!.hidden).toBe(true);
  });

  test("of values without units it is offered to who asked for it alone, and the way back with it", async () => {
    const result = rowFrame({ n_rows: 1, units: null });
    const { model, root } = await mount({}, { result });
    const link = root.querySelector<HTMLElement>(".ctl.link")!;
    expect(link.hidden).toBe(true);
    model.receive({ link: "logit" });
    await drawn();
    expect(link.hidden).toBe(false);
    named<HTMLButtonElement>(root, "Axis in the units of the values").click();
    await drawn();
    expect(model.get("link")).toBe("identity");
    expect(link.hidden).toBe(false);
  });

  test("keys and pointer read exact numbers; words are text", async () => {
    const { root } = await single();
    const bar = root.querySelector<SVGElement>(".bar svg")!;
    const box = root.querySelector('.arrow[data-part="0"]')!.getBoundingClientRect();
    point(bar, "pointermove", box.left + box.width / 2, box.top + 5);
    expect(text(root, ".bar .tip")).toContain("name 0 = 0");
    expect(text(root, ".bar .tip")).toContain("+2.5000");
    press(bar, "ArrowRight");
    expect(text(root, ".bar .tip")).toContain("name 1 = 1.5");
    press(bar, "ArrowRight");
    expect(text(root, ".bar .tip")).toContain("a <i>word</i>");
    expect(root.querySelector("i")).toBeNull();
    press(bar, "Escape");
    expect(root.querySelector<HTMLElement>(".bar .tip")!.hidden).toBe(true);
  });

  test("a missing value is said to be missing", async () => {
    const { root } = await single({}, 1000);
    expect(text(root, ".bar")).toContain("missing");
  });

  test("without a base value it is a sum", async () => {
    const result = rowFrame({ n_rows: 1, base_known: false }, record({ base: null }));
    const { root } = await mount({ n_rows: 1 }, { result });
    expect(text(root, ".bar")).toContain("sum of contributions");
    expect(text(root, ".bar")).not.toContain("base value");
  });

  test("a row to which nothing contributes is said", async () => {
    const { root } = await single({}, 900, record({ values: [0, 0], features: [0, 1], data: [1, 2], value: -1 }));
    expect(text(root, ".rest")).toContain("No contribution");
  });
});

test("what it is, its formula and where it misleads are one click away", async () => {
  const { root } = await mount();
  const about = root.querySelector<HTMLElement>(".about")!;
  expect(about.hidden).toBe(true);
  named<HTMLButtonElement>(root, "What is this?").click();
  await drawn();
  expect(about.hidden).toBe(false);
  expect(about.textContent).toContain("f(x) = φ₀");
  expect(about.textContent).toContain("Computed by TreeSHAP, from the trees themselves");
  expect(about.textContent).toContain("background");
});

test("the code is shown to be copied", async () => {
  const { root } = await mount();
  named<HTMLButtonElement>(root, "Copy as code").click();
  await wait(50);
  await drawn();
  expect(text(root, ".code pre")).toBe("xw.ForcePlot(explanation)");
});

test("it speaks Korean", async () => {
  const { root } = await mount({ language: "ko" });
  expect(text(root, ".caption")).toContain("rain의 로그 오즈");
  expect(sticking(root)).toEqual([]);
});
