import "../../js/ice_plot.css";
import { afterEach, describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import factory from "../../js/ice_plot";
import { readSelection } from "../../js/lib/ice_curves";
import type { IceTraits } from "../../js/lib/ice_state";
import { FakeModel } from "./fake";
import { columnsFrame, curvesFrame, iceTraits, selectionOf } from "./ice_fake";
import { closeAll, drawn, mountModel, named } from "./mount";

afterEach(closeAll);

interface Options {
  width?: number;
  columns?: unknown;
  open?: boolean;
  offline?: boolean;
}

async function mount(changes: Partial<IceTraits> = {}, options: Options = {}) {
  const { width = 900, columns = columnsFrame(), open = true, offline = false } = options;
  const model = new FakeModel({ ...iceTraits(changes), result: curvesFrame(), columns });
  const mounted = await mountModel(offline ? Object.assign(model, { offline }) : model, width, factory);
  if (open) await openPanel(mounted.root);
  return mounted;
}

async function openPanel(root: Element) {
  root.querySelector<HTMLButtonElement>('button[aria-label^="Filter"]')!.click();
  await drawn();
}

async function add(root: Element, feature: string) {
  named<HTMLSelectElement>(root, "Filter by").value = feature;
  named(root, "Filter by").dispatchEvent(new Event("change"));
  named(root, "Add this filter").click();
  await drawn();
}

const text = (root: Element, selector: string) => root.querySelector(selector)?.textContent ?? "";
const options = (root: Element) => [...named<HTMLSelectElement>(root, "Filter by").options].map(({ value }) => value);
const ends = (root: Element) => [named(root, "hum, lower end"), named(root, "hum, upper end")] as HTMLInputElement[];
const boxOf = (root: Element, category: string) =>
  root.querySelector<HTMLInputElement>(`input[aria-label^="${category}:"]`)!;

function inked(canvas: HTMLCanvasElement): number {
  const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let index = 3; index < data.length; index += 4) if (data[index]! > 0) count++;
  return count;
}

describe("the panel of filters", () => {
  test("a feature is added, its values are asked for, and both handles stand at its ends", async () => {
    const { model, root } = await mount({}, { columns: {} });
    expect(text(root, ".filters")).toContain("No filter yet");
    expect(options(root)).toEqual(["temp", "season", "hum"]);
    await add(root, "hum");
    expect(model.sent.at(-1)).toEqual({ kind: "column", feature: "hum" });
    expect(text(root, ".filter .head")).toContain("waiting for its values");
    expect(options(root)).toEqual(["temp", "season"]);
    model.receive({ columns: columnsFrame() });
    await drawn();
    expect(ends(root).map(({ value }) => value)).toEqual(["0", "200"]);
    expect(text(root, ".filter output")).toBe("−1.0 to 9.9");
    expect(model.get("filters")).toEqual({});
  });

  test("a handle narrows, its way is said, and at the end there is no filter any more", async () => {
    const { model, root } = await mount();
    await add(root, "hum");
    const [low] = ends(root);
    low!.focus();
    await userEvent.keyboard("{ArrowRight}{ArrowRight}");
    await drawn();
    const [from, to] = (model.get("filters") as { hum: number[] }).hum;
    expect(from).toBeCloseTo(-1 + (2 * 10.9) / 200, 2);
    expect(to).toBe(9.9);
    expect(text(root, ".told")).toBe("100 of 200 rows pass the filters");
    expect(low!.getAttribute("aria-valuetext")).toBe("−0.9");
    await userEvent.keyboard("{Home}");
    await drawn();
    expect(model.get("filters")).toEqual({});
    expect(text(root, ".told")).toBe("200 of 200 rows pass the filters");
  });

  test("rows without a number are left out by a handle, kept by their box, and chosen alone", async () => {
    const { model, root } = await mount({}, { columns: columnsFrame([3, 150]) });
    await add(root, "hum");
    const box = root.querySelector<HTMLInputElement>(".lacking input")!;
    expect(text(root, ".lacking")).toContain("2 rows without a value");
    expect(box.checked).toBe(true);
    const [low] = ends(root);
    low!.focus();
    await userEvent.keyboard("{ArrowRight}");
    await drawn();
    const from = (model.get("filters") as { hum: number[] }).hum[0];
    expect(model.get("filters")).toEqual({ hum: [from, 9.9] });
    expect(box.checked).toBe(false);
    box.click();
    await drawn();
    expect(model.get("filters")).toEqual({ hum: [from, 9.9, null] });
    expect(text(root, ".told")).toBe("101 of 200 rows pass the filters");
    low!.focus();
    await userEvent.keyboard("{Home}");
    await drawn();
    expect(model.get("filters")).toEqual({});
    named(root, "Choose only the rows without a value of hum").click();
    await drawn();
    expect(model.get("filters")).toEqual({ hum: [null] });
    expect(text(root, ".told")).toBe("2 of 200 rows pass the filters");
    box.click();
    await drawn();
    expect(model.get("filters")).toEqual({ hum: [-1, 9.9] });
    expect(text(root, ".told")).toBe("198 of 200 rows pass the filters");
  });

  test("handles do not pass each other", async () => {
    const { model, root } = await mount({ filters: { hum: [2, 3] } });
    const [low, high] = ends(root);
    high!.value = "0";
    high!.dispatchEvent(new Event("input"));
    await drawn();
    expect(model.get("filters")).toEqual({ hum: [2, 2] });
    expect(high!.value).toBe(low!.value);
  });

  test("categories are ticked, each with its rows; all of them is no filter", async () => {
    const { model, root } = await mount({ selection: selectionOf(100) });
    await add(root, "season");
    boxOf(root, "winter").click();
    await drawn();
    expect(model.get("filters")).toEqual({ season: ["spring", "summer", null] });
    boxOf(root, "no value").click();
    await drawn();
    expect(model.get("filters")).toEqual({ season: ["spring", "summer"] });
    expect(boxOf(root, "no value").getAttribute("aria-label")).toBe("no value: 0 of 1 rows");
    expect(boxOf(root, "winter").getAttribute("aria-label")).toBe("winter: 0 of 66 rows");
    named(root, "Choose no category of season").click();
    await drawn();
    expect(model.get("filters")).toEqual({ season: [] });
    expect(text(root, ".told")).toBe("0 of 200 rows pass the filters");
    expect(root.querySelector(".lines .mean")).toBeNull();
    named(root, "Choose all categories of season").click();
    await drawn();
    expect(model.get("filters")).toEqual({});
  });

  test("filters from Python open their cards; each is removed, or all at once", async () => {
    const { model, root } = await mount({ filters: { hum: [0.2, 0.4], season: ["winter"] } });
    expect(root.querySelectorAll(".filter")).toHaveLength(2);
    expect(text(root, 'button[aria-label="Filter: 2 active"]')).toBe("Filter 2");
    expect(boxOf(root, "spring").checked).toBe(false);
    named(root, "Remove the filter on hum").click();
    await drawn();
    expect(model.get("filters")).toEqual({ season: ["winter"] });
    expect(document.activeElement?.textContent).toContain("Filter");
    named(root, "Remove all filters").click();
    await drawn();
    expect(model.get("filters")).toEqual({});
    expect(root.querySelectorAll(".filter")).toHaveLength(0);
  });

  test("a filter from elsewhere moves the handles, and its end goes away with it", async () => {
    const { model, root } = await mount();
    model.receive({ filters: { hum: [-1, 4.45] } });
    await drawn();
    expect(ends(root).map(({ value }) => value)).toEqual(["0", "100"]);
    model.receive({ filters: {} });
    await drawn();
    expect(ends(root).map(({ value }) => value)).toEqual(["0", "200"]);
  });

  test("without a kernel, what is there filters, and nothing else is offered", async () => {
    const { root } = await mount({}, { offline: true });
    expect(options(root)).toEqual(["season", "hum"]);
    await add(root, "hum");
    expect(root.querySelectorAll(".range")).toHaveLength(1);
  });

  test("rows without a value are spoken of only where there are any", async () => {
    const { root } = await mount({ filters: { hum: [0.2, 0.4] } });
    expect(root.querySelector(".lacking")!.getClientRects()).toHaveLength(0);
    const lacking = await mount({ filters: { hum: [0.2, 0.4] } }, { columns: columnsFrame([3]) });
    expect(lacking.root.querySelector(".lacking")!.getClientRects()).toHaveLength(1);
  });

  test("names are text", async () => {
    const hum = "<b>hum</b>";
    const frame = JSON.parse(JSON.stringify(columnsFrame()).replaceAll('"hum"', JSON.stringify(hum)));
    frame.buffers = columnsFrame().buffers;
    const { root } = await mount({ filters: { [hum]: [0, 1] } }, { columns: frame });
    expect(text(root, ".filter .head b")).toBe(hum);
  });

  test.each([900, 320])("nothing sticks out at %s pixels, in both languages", async (width) => {
    for (const language of ["en", "ko"]) {
      const filters = { hum: [0.2, 0.4], season: ["winter"] };
      const { root } = await mount({ filters, language }, { width, open: false });
      root.querySelector<HTMLButtonElement>(".push button")!.click();
      await drawn();
      const { left, right } = root.getBoundingClientRect();
      const parts = [...root.querySelectorAll(".filters *")].filter((part) => part.getClientRects().length);
      expect(parts.length).toBeGreaterThan(20);
      for (const part of parts) {
        const bounds = part.getBoundingClientRect();
        expect(bounds.left).toBeGreaterThanOrEqual(left - 1);
        expect(bounds.right).toBeLessThanOrEqual(right + 1);
      }
    }
  });
});

describe("curves under filters", () => {
  test("the rug has a tick for each row that passes and has a value; categories have none", async () => {
    const { model, root } = await mount({}, { open: false });
    const ticks = () => root.querySelector(".histogram .rug")?.getAttribute("d")?.match(/M/g)?.length;
    expect(ticks()).toBe(9);
    model.receive({ filters: { hum: [0.2, 0.4] } });
    await drawn();
    expect(ticks()).toBe(3);
    const grid = ["a", "b", "c", "d", "e"];
    model.receive({ result: curvesFrame({ feature_kind: "category", grid, job: 2 }) });
    await drawn();
    expect(ticks()).toBeUndefined();
  });

  test("those that do not pass are on a canvas of their own, the others keep their mean and their label", async () => {
    const { model, root } = await mount({}, { open: false });
    const [out, all] = [...root.querySelectorAll<HTMLCanvasElement>(".plot canvas")];
    expect(inked(out!)).toBe(0);
    const before = inked(all!);
    model.receive({ filters: { hum: [0.2, 0.4] } });
    await drawn();
    expect(inked(out!)).toBeGreaterThan(1000);
    expect(inked(all!)).toBeLessThan(before);
    expect(text(root, ".labels .all")).toBe("PDP, 3 of 10");
    expect(text(root, ".status")).toContain("3 of 10 rows pass the filters");
    expect(root.querySelector(".canvases")!.getAttribute("aria-label")).toContain("3 of 10 rows pass the filters");
  });

  test("a filter narrows what a brush selects, in the same step", async () => {
    const brush = [{ x: [0, 4], y: [0, 20], op: "and" as const }] as IceTraits["brush"];
    const { model, root } = await mount({
      brush,
      selection: selectionOf(...Array.from({ length: 10 }, (_, k) => 100 + k)),
    });
    await add(root, "season");
    boxOf(root, "winter").click();
    await drawn();
    expect([...readSelection(model.get("selection"))]).toEqual([101, 102, 104, 105, 107, 108, 109]);
    expect(Object.keys(model.saved.at(-1)!).sort()).toEqual(["filters", "selection"]);
  });
});
