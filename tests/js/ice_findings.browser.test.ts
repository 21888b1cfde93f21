import "../../js/ice_plot.css";
import { afterEach, expect, test } from "vitest";
import factory from "../../js/ice_plot";
import { readSelection } from "../../js/lib/ice_curves";
import type { IceTraits, Interaction, Rule, Subgroup } from "../../js/lib/ice_state";
import sentences from "../fixtures/rules/sentences.json";
import { FakeModel } from "./fake";
import { curvesFrame, iceTraits, selectionOf } from "./ice_fake";
import { closeAll, drawn, mountModel, named, press } from "./mount";

afterEach(closeAll);

const RULE: Rule = {
  n: 3,
  precision: 0.9375,
  recall: 1,
  conditions: [
    { feature: "season", operator: "in", values: ["fall", "winter"] },
    { feature: "hum", operator: "<", values: ["-0.5"] },
    { feature: "age", operator: "=", values: [] },
  ],
};
const NONE: Rule = { n: 2, precision: 0.2, recall: 1, conditions: [] };
const GROUPS: Subgroup[] = [
  { rows: selectionOf(100, 101), mean: [1, 2, 3, 4, 5], rule: RULE },
  { rows: selectionOf(102), mean: [5, 4, 3, 2, 1], rule: NONE },
];
const PAIRS: Interaction[] = [
  { features: ["temp", "hum"], value: 0.5, strength: 1234.5 },
  { features: ["temp", "season"], value: 0.25, strength: 12.3 },
];

async function mount(changes: Partial<IceTraits> = {}, { offline = false, width = 900 } = {}) {
  const model = new FakeModel({ ...iceTraits(changes), result: curvesFrame() });
  return mountModel(offline ? Object.assign(model, { offline }) : model, width, factory);
}

const told = (root: Element) => root.querySelector(".rule-line .told")!.textContent;
const entries = (root: Element) => [...root.querySelectorAll<HTMLElement>(".findings ol:not([hidden]) .entry")];
const panel = (root: Element) => root.querySelector<HTMLElement>(".findings")!;
const kinds = (model: FakeModel) => model.sent.map(({ kind }) => kind).filter((kind) => kind !== "visible");

test("the rule of the selection is a sentence, its data set off", async () => {
  const { model, root } = await mount();
  expect(told(root)).toBe("Drag over curves to select their rows");
  model.receive({ selection: selectionOf(100, 101, 102) });
  await drawn();
  expect(told(root)).toBe("");
  model.receive({ rule: RULE });
  await drawn();
  expect(told(root)).toBe(
    "3 rows, mostly: season = fall or winter and hum < −0.5 and age is missing, precision 0.94, recall 1",
  );
  expect([...root.querySelectorAll(".rule-line b")].map((one) => one.textContent)).toEqual([
    "season = fall or winter",
    "hum < −0.5",
    "age is missing",
  ]);
  model.receive({ rule: NONE });
  await drawn();
  expect(told(root)).toBe("2 selected: described by no short rule");
  model.receive({ language: "ko", rule: RULE });
  await drawn();
  expect(told(root)).toContain("행 3개, 대체로: season = fall 또는 winter 그리고");
});

test.each(sentences)("it says what Python says: $text", async ({ language, rule, text }) => {
  const { root } = await mount({ selection: selectionOf(100), language, rule: rule as Rule });
  expect(told(root)).toBe(text);
});

test("a rule is never shown for other rows than its own, with no kernel too", async () => {
  const { root } = await mount({ selection: selectionOf(100, 101), rule: RULE, subgroups: GROUPS }, { offline: true });
  expect(told(root)).toContain("mostly");
  entries(root)[1]!.click();
  await drawn();
  expect(told(root)).toBe("");
  entries(root)[0]!.click();
  await drawn();
  expect(told(root)).toContain("mostly");
});

test("groups are asked for once, drawn in their colours, and chosen", async () => {
  const { model, root } = await mount();
  expect(panel(root).hidden).toBe(true);
  named(root, "Find groups").click();
  await drawn();
  expect(panel(root).textContent).toContain("Looking for groups");
  expect(kinds(model)).toEqual(["subgroups"]);
  model.receive({ subgroups: GROUPS });
  await drawn();
  const lines = [...root.querySelectorAll(".lines .group path:last-of-type")];
  expect(lines).toHaveLength(2);
  expect(new Set(lines.map((line) => getComputedStyle(line).stroke)).size).toBe(2);
  expect(getComputedStyle(root.querySelector(".labels .g1")!).fill).toBe(getComputedStyle(lines[0]!).stroke);
  expect(entries(root).map((one) => one.textContent)).toEqual([
    "group 12 rowsseason = fall or winter and hum < −0.5 and age is missing, precision 0.94, recall 1",
    "group 21 rowsno short rule",
  ]);
  entries(root)[0]!.click();
  await drawn();
  expect([...readSelection(model.get("selection"))]).toEqual([100, 101]);
  expect(entries(root).map((one) => one.ariaPressed)).toEqual(["true", "false"]);
  press(entries(root)[0]!, "Escape");
  await drawn();
  expect(panel(root).hidden).toBe(true);
  expect(root.querySelectorAll(".lines .group")).toHaveLength(0);
  expect(kinds(model)).toEqual(["subgroups"]);
});

test("open groups are asked for again when the picture is another", async () => {
  const { model, root } = await mount();
  named(root, "Find groups").click();
  await drawn();
  model.receive({ subgroups: GROUPS });
  await drawn();
  const { header, ...rest } = curvesFrame({ job: 2 });
  model.receive({ status: "running", job: 2, subgroups: [] });
  await drawn();
  expect(kinds(model)).toEqual(["subgroups"]);
  model.receive({ status: "done", result: { ...rest, header } });
  await drawn();
  expect(kinds(model).filter((kind) => kind !== "ack")).toEqual(["subgroups", "subgroups"]);
});

test("centred, the groups' means meet with the others", async () => {
  const { root } = await mount({ subgroups: GROUPS, centered: true });
  const starts = [...root.querySelectorAll(".lines .mean path.halo")].map(
    (path) => path.getAttribute("d")!.match(/M([\d.]+ [\d.]+)/)![1],
  );
  expect(starts).toHaveLength(3);
  expect(new Set(starts).size).toBe(1);
});

test("interactions: the strongest first, a press chooses a pair and lets it go", async () => {
  const { model, root } = await mount();
  named(root, "Interactions").click();
  await drawn();
  expect(kinds(model)).toEqual(["interactions"]);
  model.receive({ interactions: PAIRS });
  await drawn();
  expect(root.querySelector(".findings .heading")!.textContent).toBe("FeaturesTogetherH");
  expect(entries(root).map((one) => one.textContent)).toEqual(["temp × hum1\u20092350.50", "temp × season12.30.25"]);
  entries(root)[1]!.click();
  await drawn();
  expect(model.get("pair")).toEqual(["temp", "season"]);
  expect(entries(root).map((one) => one.ariaPressed)).toEqual(["false", "true"]);
  entries(root)[1]!.click();
  expect(model.get("pair")).toBeNull();
});

test("what fails is told and not asked again", async () => {
  const { model, root } = await mount();
  named(root, "Interactions").click();
  await drawn();
  model.receive({ notice: "These features make no pairs." });
  await drawn();
  expect(panel(root).querySelector<HTMLElement>("p")!.hidden).toBe(true);
  expect(root.querySelector(".notice")!.textContent).toBe("These features make no pairs.");
  expect(kinds(model)).toEqual(["interactions"]);
});

test("names are data", async () => {
  const evil = '<img src=x onerror="globalThis.harmed = true">';
  const rule: Rule = { ...RULE, conditions: [{ feature: evil, operator: "=", values: [evil] }] };
  const { root } = await mount({ selection: selectionOf(100), rule, subgroups: [{ ...GROUPS[0]!, rule }] });
  expect(told(root)).toContain(evil);
  expect(root.querySelector("img")).toBeNull();
});

test.each([360, 600, 900, 1280])("nothing sticks out of %i pixels", async (width) => {
  const eight = Array.from({ length: 8 }, () => GROUPS[0]!);
  const { model, root } = await mount({ selection: selectionOf(100), rule: RULE, subgroups: eight }, { width });
  const sticking = () => {
    const { left, right } = root.getBoundingClientRect();
    return [...root.querySelectorAll(".rule-line *, .findings *, .labels text")]
      .filter((one) => one.getClientRects().length)
      .filter((one) => one.getBoundingClientRect().left < left - 1 || one.getBoundingClientRect().right > right + 1);
  };
  expect(sticking()).toEqual([]);
  model.receive({ interactions: PAIRS, language: "ko" });
  await drawn();
  root.querySelectorAll<HTMLElement>(".rule-line button")[1]!.click();
  await drawn();
  expect(entries(root)).toHaveLength(2);
  for (const entry of entries(root)) expect(entry.clientHeight).toBeLessThan(50);
  expect(sticking()).toEqual([]);
});
