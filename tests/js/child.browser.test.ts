import { expect, test } from "vitest";
import { createChild } from "../../js/lib/child";
import { wait } from "./mount";

const life = new AbortController();

/** A host whose widgets say who they are, after a while. */
function hostOf(known: string[], pause = 0) {
  const gone: string[] = [];
  const getWidget = async (reference: string) => {
    await wait(pause);
    if (!known.includes(reference)) throw new Error("unknown");
    return {
      exports: {},
      async render({ el, signal }: { el: HTMLElement; signal?: AbortSignal }) {
        el.textContent = reference;
        signal?.addEventListener("abort", () => gone.push(reference));
      },
    };
  };
  return { host: { getWidget } as never, gone };
}

test("shows a widget, another one in its place, and none", async () => {
  const { host, gone } = hostOf(["anywidget:a", "anywidget:b"]);
  const child = createChild(host, life.signal);
  expect(child.element.hidden).toBe(true);
  expect(await child.show("anywidget:a")).toBe(true);
  expect([child.element.hidden, child.element.textContent]).toEqual([false, "anywidget:a"]);
  expect(await child.show("anywidget:a")).toBe(true);
  expect(gone).toEqual([]);
  expect(await child.show("anywidget:b")).toBe(true);
  expect([child.element.textContent, gone]).toEqual(["anywidget:b", ["anywidget:a"]]);
  expect(await child.show(null)).toBe(false);
  expect([child.element.hidden, child.element.textContent]).toEqual([true, ""]);
});

test("what comes late is not shown over what was asked for since", async () => {
  const { host } = hostOf(["anywidget:a", "anywidget:b"], 20);
  const child = createChild(host, life.signal);
  const first = child.show("anywidget:a");
  await child.show("anywidget:b");
  expect(await first).toBe(false);
  expect(child.element.textContent).toBe("anywidget:b");
});

test("a widget that is gone, or a page without a host, shows nothing", async () => {
  const child = createChild(hostOf([]).host, life.signal);
  expect(await child.show("anywidget:closed")).toBe(false);
  expect(child.element.hidden).toBe(true);
  expect(await createChild(undefined, life.signal).show("anywidget:a")).toBe(false);
});
