import "../../js/ice_plot.css";
import { afterEach, expect, test } from "vitest";
import factory from "../../js/ice_plot";
import type { IceTraits } from "../../js/lib/ice_state";
import { FakeModel } from "./fake";
import { categoryFrame, curvesFrame, iceTraits } from "./ice_fake";
import { closeAll, drawn, mountModel } from "./mount";

afterEach(closeAll);

const mount = (changes: Partial<IceTraits>, result: unknown = curvesFrame()) =>
  mountModel(new FakeModel({ ...iceTraits(changes), result }), 900, factory);

const shown = (element: SVGElement) => element.style.display !== "none";
const curve = (root: Element) => root.querySelector<SVGElement>(".hovered")!;
const mark = (root: Element) => root.querySelector<SVGElement>(".hovered circle")!;

/** Where the mark stands, as a share of the axis. */
function share(root: Element): number {
  const axis = root.querySelector(".catcher")!.getBoundingClientRect();
  const { left, width } = mark(root).getBoundingClientRect();
  return (left + width / 2 - axis.left) / axis.width;
}

test("the opened row is marked at its own value, then at the one that is asked", async () => {
  const { model, root } = await mount({ index: 105 });
  expect(shown(curve(root))).toBe(true);
  expect(share(root)).toBeCloseTo(0.5, 2); // its own value is 2 of 4
  expect(curve(root).textContent).toBe("row 105");
  model.receive({ what_if: { temp: 3, hum: 0 } });
  await drawn();
  expect(share(root)).toBeCloseTo(0.75, 2);
  const path = curve(root).querySelector("path:not(.halo)")!.getAttribute("d");
  model.receive({ index: 103 });
  await drawn();
  expect(curve(root).querySelector("path:not(.halo)")!.getAttribute("d")).not.toBe(path);
  expect(root.querySelector<HTMLElement>(".tip")!.hidden).toBe(true);
});

test("beyond the axis, without a value or without a curve there is no mark", async () => {
  const { model, root } = await mount({ index: 105, what_if: { temp: 30 } });
  expect([shown(curve(root)), shown(mark(root))]).toEqual([true, false]);
  expect(curve(root).textContent).toBe("");
  model.receive({ what_if: { temp: null } });
  await drawn();
  expect(shown(mark(root))).toBe(false);
  model.receive({ what_if: {}, index: 109 }); // its own value is missing
  await drawn();
  expect(shown(mark(root))).toBe(false);
  model.receive({ index: 5 });
  await drawn();
  expect(shown(curve(root))).toBe(false);
});

test("a category has its mark at its place", async () => {
  const { model, root } = await mount({ index: 105 }, categoryFrame());
  expect(share(root)).toBeCloseTo(5 / 6, 2); // its own is the last of three
  model.receive({ what_if: { season: "winter" } });
  await drawn();
  expect(share(root)).toBeCloseTo(1 / 6, 2);
  model.receive({ what_if: { season: "autumn" } });
  await drawn();
  expect(shown(mark(root))).toBe(false);
});
