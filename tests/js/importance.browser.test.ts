import "../../js/importance_plot.css";
import { afterEach, describe, expect, test } from "vitest";
import factory from "../../js/importance_plot";
import { writeSelection } from "../../js/lib/ice_curves";
import { barsOf } from "../../js/lib/importance_bars";
import { toImportance } from "../../js/lib/importance_frame";
import type { ImportanceTraits } from "../../js/lib/importance_state";
import { decodeFrame } from "../../js/lib/wire";
import { FakeModel, type FrameRecord } from "./fake";
import { importanceFrame, importanceTraits } from "./importance_fake";
import { closeAll, drawn, mountModel, named, press } from "./mount";

afterEach(closeAll);

async function mount(changes: Partial<ImportanceTraits> = {}, result = importanceFrame(), width = 760) {
  return mountModel(new FakeModel({ ...importanceTraits(changes), result }), width, factory);
}

const text = (root: Element, selector: string) => root.querySelector(selector)?.textContent ?? "";
const rows = (root: Element) => [...root.querySelectorAll<SVGElement>("[role=option]")];
const lengths = (root: Element, selector: string) =>
  [...root.querySelectorAll(selector)].map((bar) => Number(bar.getAttribute("width")));
const many = Array.from({ length: 30 }, (_, index) => `x${index}`);
const read = (frame: FrameRecord) => toImportance(decodeFrame(frame)!);

describe("the bars", () => {
  test("are as long as their means, the most important first, with their numbers", async () => {
    const { root } = await mount();
    const [first, second, third, last] = lengths(root, ".bar.all");
    expect(second! / first!).toBeCloseTo(0.5, 2);
    expect(third! / first!).toBeCloseTo(0.25, 2);
    expect(last! / first!).toBeCloseTo(0.125, 2);
    expect([...root.querySelectorAll(".name")].map((name) => name.textContent)).toEqual(["s5", "bp", "bmi", "age"]);
    expect([...root.querySelectorAll(".number")].map((number) => number.textContent)).toEqual([
      "8.00",
      "4.00",
      "2.00",
      "1.00",
    ]);
    expect(root.querySelectorAll(".whisker")).toHaveLength(4);
  });

  test("of selected rows stand beside those of all", async () => {
    const { model, root } = await mount();
    expect(root.querySelector(".bar.selected")).toBeNull();
    expect(root.querySelector<HTMLElement>(".chip")!.hidden).toBe(true);
    const twelve = writeSelection(Uint32Array.from({ length: 12 }, (_, row) => row));
    model.receive({
      selection: twelve,
      result: importanceFrame({ sequence: 2, rows: [200, 12], n_selected: 12 }),
    });
    await drawn();
    const [all, selected] = [lengths(root, ".bar.all"), lengths(root, ".bar.selected")];
    selected.forEach((length, index) => {
      expect(length / all[index]!).toBeCloseTo(0.5, 1);
    });
    expect(text(root, ".chip span")).toBe("12 selected");
    expect(text(root, ".number.all")).toContain("all 200 rows");
    named(root, "Clear the selection").click();
    expect((model.get("selection") as DataView).byteLength).toBe(0);
    expect(model.saved.at(-1)).toHaveProperty("selection");
  });

  test("beyond the most are joined, one alone is not", () => {
    const frame = importanceFrame();
    expect(barsOf(read(frame), 3).map(({ feature }) => feature)).toEqual([3, 2, 1, 0]);
    const bars = barsOf(read(frame), 2);
    expect(bars.map(({ feature, count }) => [feature, count])).toEqual([
      [3, 1],
      [2, 1],
      [null, 2],
    ]);
    expect(bars[2]!.all.mean).toBe(3);
  });

  test("what is small is not called zero", async () => {
    const { root } = await mount({ max_display: 30 }, importanceFrame({ features: many }));
    expect([...root.querySelectorAll(".number")].at(-1)!.textContent).toMatch(/^<0\.01$/);
  });

  test("all zero says so", async () => {
    const frame = importanceFrame();
    frame.buffers = frame.buffers.map((buffer, index) => (index ? new DataView(new ArrayBuffer(32)) : buffer));
    const { root } = await mount({}, frame);
    expect(text(root, ".nothing")).toContain("No contribution");
    expect(root.querySelector<HTMLElement>(".plot")!.hidden).toBe(true);
  });

  test.each([1000, 500, 320])("nothing stands out or overlaps at %i pixels", async (width) => {
    const long = "a feature whose name is much too long for any picture of it, whatever the width";
    const frame = importanceFrame({ features: [...many, long], rows: [2_000_000, 12], n_selected: 12 });
    const { root } = await mount({}, frame, width);
    const bounds = root.getBoundingClientRect();
    const boxes = [...root.querySelectorAll("svg text, button, select")].map((part) => part.getBoundingClientRect());
    for (const { left, right } of boxes) {
      expect(left).toBeGreaterThanOrEqual(bounds.left - 1);
      expect(right).toBeLessThanOrEqual(bounds.right + 1);
    }
    const names = [...root.querySelectorAll(".name")].map((name) => name.getBoundingClientRect().right);
    const starts = [...root.querySelectorAll(".bar")].map((bar) => bar.getBoundingClientRect().left);
    expect(Math.max(...names)).toBeLessThan(Math.min(...starts));
  });
});

describe("choosing a feature", () => {
  test("by a click, and by keys alone", async () => {
    const { model, root } = await mount();
    rows(root)[1]!.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    expect(model.get("feature")).toBe("bp");
    await drawn();
    expect(text(root, ".name.chosen")).toBe("bp");
    expect(rows(root).map((row) => row.getAttribute("aria-selected"))).toEqual(["false", "true", "false", "false"]);
    expect(rows(root).filter((row) => row.getAttribute("tabindex") === "0")).toHaveLength(1);
    press(rows(root)[1]!, "ArrowDown");
    expect(document.activeElement).toBe(rows(root)[2]);
    press(rows(root)[2]!, "End");
    press(rows(root)[3]!, "Enter");
    expect(model.get("feature")).toBe("age");
    expect(root.dataset.feature).toBe("bp");
    await drawn();
    expect(root.dataset.feature).toBe("age");
  });

  test("the rest cannot be chosen", async () => {
    const { model, root } = await mount({ max_display: 2 });
    expect(rows(root)[2]!.getAttribute("aria-disabled")).toBe("true");
    rows(root)[2]!.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    expect(model.get("feature")).toBeNull();
  });

  test("a bar is read in full under the pointer, and aloud", async () => {
    const { root } = await mount({}, importanceFrame({ rows: [200, 12], n_selected: 12 }));
    rows(root)[0]!.dispatchEvent(new PointerEvent("pointerenter"));
    await drawn();
    expect(text(root, ".tip")).toContain("s5");
    expect(text(root, ".tip")).toContain("8.00 ± 0.80");
    expect(text(root, ".tip")).toContain("selected: 4.00 ± 0.40");
    expect(rows(root)[0]!.getAttribute("aria-label")).toBe("s5, 8.00 ± 0.80, selected: 4.00 ± 0.40");
  });

  test("names are text", async () => {
    const name = "<img src=x onerror=alert(1)>";
    const { root } = await mount({ feature: name }, importanceFrame({ features: [name, "b"] }));
    expect(root.querySelector("img")).toBeNull();
    expect(root.textContent).toContain("<img");
  });
});

describe("the rest of the view", () => {
  test("says what it is made of, and has a text alternative", async () => {
    const { root } = await mount({}, importanceFrame({ units: "log_odds", outputs: ["malignant"] }));
    expect(text(root, ".title")).toBe("Mean |SHAP value|, log-odds of malignant");
    expect(text(root, ".status")).toContain("200 rows, 4 features, TreeSHAP");
    expect(text(root, ".status")).toContain("intervals of ± 2 standard errors, the rows taken as a sample");
    const told = root.querySelector(".plot [role=img]")!.getAttribute("aria-label");
    expect(told).toContain("s5 8.00 ± 0.80, bp 4.00 ± 0.40");
  });

  test("more features are shown on demand, by the browser alone", async () => {
    const { model, root } = await mount({ feature_names: many }, importanceFrame({ features: many }));
    expect(rows(root)).toHaveLength(11);
    const input = named<HTMLSelectElement>(root, "Features");
    expect([...input.options].map((option) => option.textContent)).toEqual(["5", "10", "20", "all 30"]);
    input.value = "20";
    input.dispatchEvent(new Event("change"));
    await drawn();
    expect(rows(root)).toHaveLength(21);
    expect(model.saved).toEqual([{ max_display: 20 }]);
  });

  test("says what it is, on demand", async () => {
    const { root } = await mount();
    named(root, "What is this?").click();
    await drawn();
    const about = root.querySelector<HTMLElement>(".about")!;
    expect(about.hidden).toBe(false);
    expect(about.textContent).toContain("the mean of the magnitudes of its SHAP values");
  });

  test("drops what is old, and says what cannot be read", async () => {
    const { model, root } = await mount({}, importanceFrame({ job: 2 }));
    model.preview(importanceFrame({ job: 1, sequence: 9 }));
    await drawn();
    expect(root.dataset.job).toBe("2");
    model.receive({ result: { ...importanceFrame({ job: 3 }), arrays: [], buffers: [] } });
    await drawn();
    expect(text(root, ".error")).toContain("carries no order");
    expect(root.dataset.job).toBe("2");
  });
});
