import "../../js/agreement_plot.css";
import { afterEach, describe, expect, test } from "vitest";
import factory from "../../js/agreement_plot";
import type { AgreementTraits } from "../../js/lib/agreement_state";
import { printShare } from "../../js/views/agreement/describe";
import { agreementFrame, agreementTraits, method } from "./agreement_fake";
import { FakeModel } from "./fake";
import { closeAll, drawn, mountModel, named, press } from "./mount";

afterEach(closeAll);

async function mount(changes: Partial<AgreementTraits> = {}, result = agreementFrame(), width = 760) {
  return mountModel(new FakeModel({ ...agreementTraits(changes), result }), width, factory);
}

const text = (root: Element, selector: string) => root.querySelector(selector)?.textContent ?? "";
const rows = (root: Element) => [...root.querySelectorAll<SVGElement>("[role=option]")];
const marks = (root: Element) => [...root.querySelectorAll<SVGElement>(".lines .mark")];
const middle = (part: Element) => {
  const { left, right } = part.getBoundingClientRect();
  return (left + right) / 2;
};

describe("the plot", () => {
  test("sets all methods on one axis: what lowers at the left of zero, what raises at the right", async () => {
    const { root } = await mount();
    const zero = middle(root.querySelector(".zero")!);
    const [shap, lime, gradient] = marks(root).slice(3, 6); // of bmi
    expect(middle(shap!)).toBeLessThan(zero);
    expect(middle(lime!)).toBeGreaterThan(zero);
    expect((middle(gradient!) - zero) / (middle(shap!) - zero)).toBeCloseTo(2 / 3, 1);
    expect(shap!.classList).toContain("lowers");
    expect(lime!.classList).toContain("raises");
    expect(marks(root).at(-3)!.classList).toContain("nothing");
    expect(root.querySelectorAll(".error.raises, .error.lowers")).toHaveLength(4);
  });

  test("prints each share, and how far two methods agree", async () => {
    const { root } = await mount();
    const numbers = [...root.querySelectorAll(".lines .number")].map((number) => number.textContent);
    expect(numbers.slice(3, 6)).toEqual(["−30 %", "+40 %", "−20 %"]);
    const cells = [...root.querySelectorAll(".pairs tbody tr")].map((row) =>
      [...row.children].map((c) => c.textContent),
    );
    expect(cells).toEqual([
      ["SHAP – LIME", "0.80", "0.67", "2 of 3"],
      ["SHAP – Gradient × input", "1.00", "1.00", "3 of 3"],
      ["LIME – Gradient × input", "−0.20", "–", "2 of 4"],
    ]);
  });

  test("a share is as fine as it needs to be", () => {
    expect([0.123, -0.0461, 0, 1e-9, -1, 0.0995].map(printShare)).toEqual([
      "+12 %",
      "−4.6 %",
      "0 %",
      "<0.1 %",
      "−100 %",
      "+10 %",
    ]);
  });

  test.each([1000, 500, 320])("nothing stands out or overlaps at %i pixels", async (width) => {
    const long = Array.from({ length: 8 }, (_, index) => `a feature with number ${index} whose name is much too long`);
    const { root } = await mount({}, agreementFrame({ features: long, row: long }), width);
    const bounds = root.getBoundingClientRect();
    for (const part of root.querySelectorAll("svg text, button, .pairs, .sentence")) {
      const { left, right } = part.getBoundingClientRect();
      expect(left).toBeGreaterThanOrEqual(bounds.left - 1);
      expect(right).toBeLessThanOrEqual(bounds.right + 1);
    }
    const right = (selector: string) =>
      Math.max(...[...root.querySelectorAll(selector)].map((part) => part.getBoundingClientRect().right));
    const left = (selector: string) =>
      Math.min(...[...root.querySelectorAll(selector)].map((part) => part.getBoundingClientRect().left));
    expect(right(".lines .name")).toBeLessThan(left(".lines .mark"));
    expect(right(".lines .mark")).toBeLessThan(left(".lines .number"));
  });
});

describe("the sentence", () => {
  test("names the features on which methods disagree, and their lines are strong", async () => {
    const { root } = await mount();
    expect(text(root, ".sentence")).toBe(
      "The methods disagree. bmi raises it for LIME (+40 %) and lowers it for SHAP (−30 %).",
    );
    expect([...root.querySelectorAll(".name.disputed")].map((name) => name.textContent)).toEqual(["bmi"]);
    expect(root.querySelectorAll(".join.disputed")).toHaveLength(1);
  });

  test("names a feature once, by its largest dispute, and counts the others", async () => {
    const dispute = (feature: number, kind: "sign" | "rank") => ({ feature, first: 0, second: 1, kind });
    const disagreements = [
      dispute(1, "sign"),
      dispute(0, "rank"),
      dispute(1, "rank"),
      dispute(2, "rank"),
      dispute(3, "rank"),
    ];
    const { root } = await mount({}, agreementFrame({ disagreements }));
    expect(text(root, ".sentence").match(/bmi/g)).toHaveLength(1);
    expect(text(root, ".sentence")).toContain("age is number 1 for SHAP and number 1 for LIME");
    expect(text(root, ".sentence")).toMatch(/So do they on 1 more\.$/);
  });

  test("says that they agree, and nothing while one alone has answered", async () => {
    const { model, root } = await mount({}, agreementFrame({ disagreements: [] }));
    expect(text(root, ".sentence")).toContain("The methods agree");
    model.receive({ result: agreementFrame({ job: 2, finished: false, methods: [method("shap")] }) });
    await drawn();
    expect(root.querySelector<HTMLElement>(".sentence")!.hidden).toBe(true);
    expect(root.querySelector<HTMLElement>(".pairs")!.hidden).toBe(true);
    expect(root.dataset.methods).toBe("shap");
  });
});

describe("the sentence", () => {
  test("says where it is not yet the last, and where LIME fits poorly", async () => {
    const { model, root } = await mount({}, agreementFrame({ disagreements: [], finished: false }));
    expect(text(root, ".sentence")).toMatch(/^So far: The methods agree/);
    const methods = [method("shap"), method("lime", { fit: 0.1 })];
    model.receive({ result: agreementFrame({ job: 2, methods, disagreements: [] }) });
    await drawn();
    expect(text(root, ".sentence")).toMatch(/^The methods agree.*LIME's linear model fits poorly here/);
  });
});

describe("the axis", () => {
  test.each([480, 760])("names both sides and has a number on each, at %i pixels", async (width) => {
    const { root } = await mount({}, agreementFrame(), width);
    const sides = [...root.querySelectorAll(".side")].map((one) => one.textContent);
    expect(sides).toEqual(["← lowers it", "raises it →"]);
    const ticks = [...root.querySelectorAll(".axes text[text-anchor='middle']")].map((one) => one.textContent!);
    expect(ticks.some((tick) => tick.startsWith("−"))).toBe(true);
    expect(ticks.some((tick) => tick.startsWith("+"))).toBe(true);
    expect(ticks).toContain("0");
  });
});

describe("the line below", () => {
  test("says what each method did", async () => {
    const methods = [method("shap"), method("lime", { total: 5000, done: 5000, fit: 0.3 })];
    const { root } = await mount({}, agreementFrame({ methods }));
    const told = text(root, ".status");
    expect(told).toContain("SHAP (ExactSHAP, prediction, background: all 100 rows of X)");
    expect(told).toContain("LIME (prediction, 5\u2009000 samples, R² 0.30)");
    expect(told).toContain("LIME's linear model fits poorly here");
    expect(told).not.toContain("path-dependent");
  });

  test("says of trees that other plots may be path-dependent where this is not", async () => {
    const methods = [method("shap", { explainer: "TreeSHAP, interventional" }), method("lime", {})];
    const { root } = await mount({}, agreementFrame({ methods }));
    expect(text(root, ".status")).toContain("SHAP (TreeSHAP, interventional, ");
    expect(text(root, ".status")).toContain("other plots of SHAP values are path-dependent for trees");
    const { root: korean } = await mount({ language: "ko" }, agreementFrame({ methods }));
    expect(text(korean, ".status")).toContain("TreeSHAP, 개입, 예측, 배경: X의 모든 행 100개");
  });

  test("nothing to agree on is said to be nothing", async () => {
    const frame = agreementFrame();
    const place = frame.arrays.findIndex(({ name }) => name === "shares");
    const buffers = frame.buffers.map((buffer, at) =>
      at === place ? new DataView(new ArrayBuffer(buffer.byteLength)) : buffer,
    );
    const { root } = await mount({}, { ...frame, buffers });
    expect(text(root, ".sentence")).toBe("No contribution: all values are 0.");
  });

  test("says which is to come, which cannot, and that units differ", async () => {
    const methods = [
      method("shap", { units: "log_odds" }),
      method("lime", { units: "probability", done: 200, total: 5000, finished: false }),
    ];
    const { root } = await mount({ status: "running" }, agreementFrame({ methods, finished: false }));
    expect(text(root, ".status")).toContain("LIME (probability, 200 of 5\u2009000 samples");
    expect(text(root, ".status")).toContain("Gradient × input to come");
    expect(text(root, ".status")).toContain("SHAP (ExactSHAP, log-odds, ");
    const refused = [{ method: "lime" as const, title: "<b>No.</b>" }];
    const { root: other } = await mount({}, agreementFrame({ methods: [method("shap")], refused }));
    expect(text(other, ".status")).toContain("no answer of LIME: <b>No.</b>");
  });

  test("has a text alternative made of the numbers", async () => {
    const { root } = await mount();
    const told = root.querySelector(".plot [role=img]")!.getAttribute("aria-label")!;
    expect(told).toContain("Why the prediction of row 3 is 0.475. The methods disagree.");
    expect(told).toContain("SHAP and LIME: Spearman 0.80, Kendall 0.67, same sign 2 of 3.");
    expect(told).toContain("age = 59, SHAP +50 %, number 1, LIME +40 % ± 4.0, number 1");
    expect(rows(root)[3]!.getAttribute("aria-label")).toContain("s5 = missing");
  });
});

describe("hand and keys", () => {
  test("choose a feature, a row and a class", async () => {
    const { model, root } = await mount({ class_names: ["no", "yes"] }, agreementFrame({ target_name: "yes" }));
    rows(root)[2]!.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    expect(model.get("feature")).toBe("bp");
    press(rows(root)[2]!, "Home");
    press(rows(root)[0]!, " ");
    expect(model.get("feature")).toBe("age");
    const row = named<HTMLInputElement>(root, "Row");
    row.value = "17";
    row.dispatchEvent(new Event("change"));
    expect(model.get("index")).toBe(17);
    const target = named<HTMLSelectElement>(root, "Class");
    expect(target.value).toBe("1");
    target.value = "0";
    target.dispatchEvent(new Event("change"));
    expect(model.get("target")).toBe(0);
  });

  test("a row that was given by its values has no number", async () => {
    const { root } = await mount({ index: null }, agreementFrame({ index: null }));
    expect(named(root, "Row").closest<HTMLElement>(".ctl")!.hidden).toBe(true);
    expect(text(root, ".title")).toBe("Why the prediction of this row is 0.475");
  });

  test("a line is read in full under the pointer", async () => {
    const { root } = await mount();
    rows(root)[1]!.dispatchEvent(new PointerEvent("pointerenter"));
    await drawn();
    expect(text(root, ".tip")).toContain("bmi = 32.1");
    expect(text(root, ".tip")).toContain("LIME +40 % ± 4.0, number 2");
  });

  test("names are text, and what cannot be read is said", async () => {
    const name = "<img src=x onerror=alert(1)>";
    const { model, root } = await mount({}, agreementFrame({ features: [name, "b"], row: ["<i>", 1] }));
    expect(root.querySelector("img, i")).toBeNull();
    expect(root.textContent).toContain("<img");
    model.receive({ result: { ...agreementFrame({ job: 2 }), arrays: [], buffers: [] } });
    await drawn();
    expect(text(root, ".error")).toContain("carries no order");
    expect(root.dataset.job).toBe("1");
  });
});
