import "../../js/lime_plot.css";
import { afterEach, describe, expect, test } from "vitest";
import type { LimeTraits } from "../../js/lib/lime_state";
import factory from "../../js/lime_plot";
import { placeOfSamples, samplesAt } from "../../js/views/lime/amounts";
import { FakeModel } from "./fake";
import { limeFrame, limeTraits } from "./lime_fake";
import { closeAll, drawn, mountModel, named, point, press, release, slide } from "./mount";

afterEach(closeAll);

interface Options {
  width?: number;
  result?: unknown;
  offline?: boolean;
}

async function mount(changes: Partial<LimeTraits> = {}, options: Options = {}) {
  const { width = 900, result = limeFrame(), offline = false } = options;
  const model = new FakeModel({ ...limeTraits(changes), result });
  return mountModel(offline ? Object.assign(model, { offline }) : model, width, factory);
}

const text = (root: Element, selector: string) => root.querySelector(selector)?.textContent ?? "";
const bars = (root: Element) => [...root.querySelectorAll<SVGRectElement>(".bars rect")];
const areas = (root: Element) => [...root.querySelectorAll<SVGRectElement>(".area")];
const zero = (root: Element) => root.querySelector(".zero")!.getBoundingClientRect().left;

/** Texts that reach out of the view, or over each other in one row. */
function faults(root: Element): string[] {
  const bounds = root.getBoundingClientRect();
  const texts = [...root.querySelectorAll("svg text, button, select, .tip:not([hidden])")].filter(
    (one) => one.getClientRects().length,
  );
  const sticking = texts.filter((one) => {
    const { left, right } = one.getBoundingClientRect();
    return left < bounds.left - 1 || right > bounds.right + 1;
  });
  const written = [...root.querySelectorAll(".bars text")].map((one) => one.getBoundingClientRect());
  const touching = written.some((one, at) =>
    written.some(
      (other, place) =>
        place > at && Math.abs(one.top - other.top) < 4 && one.left < other.right && other.left < one.right,
    ),
  );
  return [...sticking.map((one) => one.textContent ?? ""), ...(touching ? ["texts touch"] : [])];
}

describe("the view", () => {
  test("says in the page what is on screen, and shows nothing older", async () => {
    const { model, root } = await mount();
    expect(root.dataset).toMatchObject({ job: "1", done: "5000", finished: "true", target: "1" });
    model.preview(limeFrame({ job: 2, finished: false, done: 200 }));
    await drawn();
    expect(root.dataset).toMatchObject({ job: "2", done: "200", finished: "false" });
    model.preview(limeFrame({ job: 1, sequence: 9 }));
    await drawn();
    expect(root.dataset.job).toBe("2");
  });

  test("bars go from zero to their weights, whiskers as far as other seeds", async () => {
    const { root } = await mount();
    const [raises, lowers, unsure] = bars(root).map((bar) => bar.getBoundingClientRect());
    expect(raises!.left).toBeCloseTo(zero(root), -0.5);
    expect(lowers!.right).toBeCloseTo(zero(root), -0.5);
    expect(raises!.width / lowers!.width).toBeCloseTo(2, 1);
    expect(raises!.width / unsure!.width).toBeCloseTo(8, 0);
    expect(bars(root).map((bar) => bar.getAttribute("class"))).toEqual(["raises", "lowers", "raises"]);
    const whisker = [...root.querySelectorAll(".whisker")].map((one) => one.getBoundingClientRect());
    expect(whisker[2]!.left).toBeLessThan(zero(root));
    expect(whisker[0]!.width / raises!.width).toBeCloseTo(0.1 / 0.4, 1);
  });

  test("says what model and local line say, and how well the line fits", async () => {
    const { root } = await mount();
    expect(text(root, ".title")).toBe("What moves the probability of versicolor near this row");
    expect(text(root, ".fit")).toBe("model 0.930local line 0.810R² 0.62");
    const meter = root.querySelector<HTMLElement>(".meter > span")!;
    expect(meter.getBoundingClientRect().width / 64).toBeCloseTo(0.62, 1);
    expect(text(root, ".status")).toBe(
      "5\u2009000 of 5\u2009000 samples, kernel width 1.5, random points, 2 other features left out, " +
        "with another seed 1 of 3 weights could change sign",
    );
  });

  test("a poor fit and no contribution are said in words", async () => {
    const { root } = await mount({}, { result: limeFrame({ score: 0.08 }) });
    expect(text(root, ".status")).toContain("the local line explains only 8 % of what the model does");
    const weights = [{ feature: 0, name: "a", condition: "", weight: 0, interval: 0 }];
    const { root: flat } = await mount({}, { result: limeFrame({ weights, score: 1 }) });
    expect(text(flat, ".nothing")).toContain("No contribution");
    expect(flat.querySelector(".caption")!.getAttribute("aria-label")).toContain("No contribution");
  });

  test.each([900, 500])(
    "one power of ten for numbers, axis and fit, told over the numbers, at %i pixels",
    async (width) => {
      const weights = [
        { feature: 0, name: "a", condition: "", weight: -2.1e5, interval: 1.8e4 },
        { feature: 1, name: "b", condition: "", weight: 1.2e5, interval: 1.7e4 },
      ];
      const result = limeFrame({ weights, prediction: 1.9e6, local_prediction: 1.52e6 });
      const { root } = await mount({}, { width, result });
      expect(text(root, ".power")).toBe("×\u00a010⁵");
      expect([...root.querySelectorAll(".number")].map((one) => one.textContent)).toEqual([
        "−2.10 ± 0.18",
        "+1.20 ± 0.17",
      ]);
      const ticks = [...root.querySelectorAll(".axes text[text-anchor='middle']")].map((one) => one.textContent);
      expect(ticks).toContain("0");
      expect(ticks.map((tick) => Math.abs(Number(tick!.replace("−", "-"))) <= 2.3)).not.toContain(false);
      expect(text(root, ".fit")).toBe("model 1.90\u00a0×\u00a010⁶local line 1.52\u00a0×\u00a010⁶R² 0.62");
      expect(faults(root)).toEqual([]);
      const { root: plain } = await mount({}, { width });
      expect(plain.querySelector(".power")).toBeNull();
    },
  );

  test("a kernel that leaves hardly any sample has no answer and no fit", async () => {
    const starved = { starved: true, effective_samples: 1.2, weights: [], score: null };
    const { root } = await mount({}, { result: limeFrame(starved) });
    expect(text(root, ".nothing")).toContain("No answer: the kernel is so narrow");
    expect(text(root, ".status")).toContain("hardly any sample counts: 5\u2009000 weigh as much as 1");
    expect(text(root, ".status")).not.toContain("left out");
    expect(root.querySelector<HTMLElement>(".meter")!.hidden).toBe(true);
  });

  test("lines run behind the bars and not through names over them", async () => {
    const { root } = await mount({}, { width: 500 });
    const lines = [...root.querySelectorAll(".rule, .zero")].flatMap((line) =>
      [...line.getAttribute("d")!.matchAll(/M\S+ (\S+)V(\S+?)(?=M|$)/g)].map(([, from, to]) => [
        Number(from),
        Number(to),
      ]),
    );
    const names = [...root.querySelectorAll<SVGTextElement>(".bars .name")].map((name) => name.getBBox());
    expect(lines.length).toBeGreaterThan(names.length);
    for (const { y, height } of names) {
      for (const [from, to] of lines) expect(to! <= y + 2 || from! >= y + height - 4).toBe(true);
    }
  });

  test("buttons of one choice are as high as a finger's tip asks", async () => {
    const { root } = await mount();
    for (const button of root.querySelectorAll(".seg button")) {
      expect(button.getBoundingClientRect().height).toBeGreaterThanOrEqual(24);
    }
  });

  test("the text alternative has the numbers", async () => {
    const { root } = await mount();
    expect(root.querySelector(".caption")!.getAttribute("aria-label")).toBe(
      "What moves the probability of versicolor near this row. " +
        "petal length 4.4 < 4.7 ≤ 5.1: +0.40 ± 0.05; sepal length 6.4 < 7.0: −0.20 ± 0.10; colour = red: +0.05 ± 0.06. " +
        "model 0.930, local line 0.810, R² 0.62.",
    );
    expect(areas(root)[1]!.getAttribute("aria-label")).toBe(
      "sepal length 6.4 < 7.0: −0.20, −0.30 to −0.10 with other seeds",
    );
  });

  test.each([1200, 760, 600, 380])("nothing stands out or touches at %i pixels", async (width) => {
    const long = "a feature whose name is much too long for any place that it could have here";
    const weights = [
      { feature: 0, name: long, condition: "0.000012 < 0.000013 ≤ 0.000019", weight: -1.5, interval: 0.2 },
      { feature: 1, name: "b", condition: `= ${long}`, weight: 0.1, interval: null },
    ];
    const { root } = await mount({}, { width, result: limeFrame({ weights }) });
    point(areas(root)[0]!, "pointerenter", 0, 0);
    await drawn();
    expect(faults(root)).toEqual([]);
    const { root: usual } = await mount({}, { width });
    expect(faults(usual)).toEqual([]);
  });

  test("names are text", async () => {
    const name = "<img src=x onerror=alert(1)>";
    const weights = [{ feature: 0, name, condition: name, weight: 1, interval: null }];
    const classes: [number, string][] = [
      [0, name],
      [1, "b"],
    ];
    const { root } = await mount({}, { result: limeFrame({ weights, classes, label: name }) });
    expect(root.querySelector("img")).toBeNull();
    expect(text(root, ".plot")).toContain("<img");
  });

  test("a frame that cannot be read says so and leaves the picture", async () => {
    const { model, root } = await mount();
    const weights = [{ feature: 0, name: "a", condition: "", weight: "nan" as unknown as number, interval: null }];
    model.receive({ result: limeFrame({ job: 2, weights }) });
    await drawn();
    expect(text(root, ".error")).toContain("no number");
    expect(root.dataset.job).toBe("1");
  });
});

describe("a weight", () => {
  test("under the pointer is told in numbers", async () => {
    const { root } = await mount();
    point(areas(root)[0]!, "pointerenter", 0, 0);
    await drawn();
    expect(text(root, ".tip")).toContain("+0.40");
    expect(text(root, ".tip")).toContain("+0.35 to +0.45 with other seeds");
    areas(root)[0]!.dispatchEvent(new PointerEvent("pointerleave"));
    await drawn();
    expect(root.querySelector<HTMLElement>(".tip")!.hidden).toBe(true);
  });

  test("is reached by keys, one stop of the tab key for all", async () => {
    const { root } = await mount();
    expect(areas(root).map((area) => area.getAttribute("tabindex"))).toEqual(["0", "-1", "-1"]);
    areas(root)[0]!.focus();
    press(areas(root)[0]!, "ArrowDown");
    expect(document.activeElement).toBe(areas(root)[1]);
    press(areas(root)[1]!, "End");
    expect(document.activeElement).toBe(areas(root)[2]);
    expect(areas(root).map((area) => area.getAttribute("tabindex"))).toEqual(["-1", "-1", "0"]);
    press(areas(root)[2]!, "ArrowDown");
    expect(document.activeElement).toBe(areas(root)[2]);
    press(areas(root)[2]!, "Home");
    expect(document.activeElement).toBe(areas(root)[0]);
  });

  test("that goes takes the tab stop to one that stays", async () => {
    const { model, root } = await mount();
    areas(root)[2]!.focus();
    const [first] = limeFrame().header.weights as never[];
    model.receive({ result: limeFrame({ job: 2, weights: [first!] }) });
    await drawn();
    expect(areas(root).map((area) => area.getAttribute("tabindex"))).toEqual(["0"]);
  });
});

describe("the controls", () => {
  test("outputs of a function are no classes", async () => {
    const { root } = await mount({}, { result: limeFrame({ of_classes: false }) });
    expect([...named<HTMLSelectElement>(root, "Output").options]).toHaveLength(2);
  });

  test("ask for another class, width, number of features and of samples", async () => {
    const { model, root } = await mount();
    const target = named<HTMLSelectElement>(root, "Class");
    expect([...target.options].map((option) => option.text)).toEqual(["setosa", "versicolor"]);
    expect(target.value).toBe("1");
    target.value = "0";
    target.dispatchEvent(new Event("change"));
    const moved = (name: string, value: number) => {
      const input = named<HTMLInputElement>(root, name);
      slide(input, value);
      release(input);
    };
    moved("Features", 2);
    moved("Kernel width", 1);
    moved("Samples", 7);
    named(root, "Points spread evenly (Sobol): the weights depend less on the seed").click();
    const asked = Object.assign({}, ...model.saved);
    expect(asked).toEqual({ target: 0, num_features: 2, kernel_width: 3, num_samples: 20_000, sampler: "sobol" });
    moved("Kernel width", 0);
    expect(model.get("kernel_width")).toBeNull();
  });

  test("open another row by its number, where the row has one", async () => {
    const { model, root } = await mount({ index: 60 }, { result: limeFrame({ index: 60 }) });
    expect(text(root, ".title")).toBe("What moves the probability of versicolor near row 60");
    const row = named<HTMLInputElement>(root, "Row");
    expect(row.value).toBe("60");
    row.value = "12";
    row.dispatchEvent(new Event("change"));
    expect(model.get("index")).toBe(12);
    const { root: valued } = await mount();
    expect(named<HTMLInputElement>(valued, "Row").closest<HTMLElement>(".ctl")!.hidden).toBe(true);
  });

  test("show what is set, also between their steps", async () => {
    const { root } = await mount({ num_samples: 1234, kernel_width: 0.7 });
    const shown = [...root.querySelectorAll(".ctl output")].map((one) => one.textContent);
    expect(shown).toEqual(["3", "0.7", "1\u2009234"]);
    for (const count of [10, 100, 1234, 5000, 99_999, 300_000]) expect(samplesAt(placeOfSamples(count))).toBe(count);
  });

  test("a finished explanation has the classes it explains, and nothing to compute", async () => {
    const { root } = await mount({ ready: true }, { result: limeFrame({ parameters: null, usual_width: null }) });
    expect(text(root, ".status")).toContain("as the explanation gives it: one seed, no intervals");
    const hidden = [...root.querySelectorAll<HTMLElement>(".ctl")].filter((one) => one.hidden);
    expect(hidden).toHaveLength(6);
    expect(named<HTMLSelectElement>(root, "Class").disabled).toBe(false);
  });

  test("without a kernel rest, and the weights are still told", async () => {
    const { root } = await mount({}, { offline: true });
    expect(named<HTMLInputElement>(root, "Features").disabled).toBe(true);
    expect(named<HTMLInputElement>(root, "Seed").disabled).toBe(true);
    point(areas(root)[0]!, "pointerenter", 0, 0);
    await drawn();
    expect(text(root, ".tip")).toContain("petal length");
  });

  test("what it is, its formula and where it misleads are one click away", async () => {
    const { root } = await mount();
    named<HTMLButtonElement>(root, "What is this?").click();
    await drawn();
    expect(text(root, ".about")).toContain("Samples are drawn around the row");
    expect(text(root, ".about")).toContain("Another seed draws other samples");
    const { root: korean } = await mount({ language: "ko" });
    expect(korean.textContent).toContain("커널 폭");
    expect(text(korean, ".about")).toContain("시드가 다르면");
  });
});
