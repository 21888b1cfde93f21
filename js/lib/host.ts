// The model of a saved page: the state it was saved with, and no kernel. Whatever the browser does alone works.
import type { AnyWidget } from "@anywidget/types";

type Handler = (...values: unknown[]) => void;
type Values = Record<string, unknown>;

interface Page {
  esm: string;
  css: string;
  state: Values;
}

export interface OfflineModel {
  readonly offline: true;
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  on(event: string, handler: Handler): void;
  off(event?: string | null, handler?: Handler | null): void;
  save_changes(): void;
  send(content: { kind?: string }): void;
}

export function createOfflineModel(saved: Values): OfflineModel {
  const state = { ...saved };
  const handlers = new Map<string, Set<Handler>>();
  const emit = (event: string, ...values: unknown[]) => {
    for (const handler of [...(handlers.get(event) ?? [])]) handler(...values);
  };
  const set = (name: string, value: unknown) => {
    if (state[name] === value) return;
    state[name] = value;
    emit(`change:${name}`, null, value);
  };
  return {
    offline: true,
    get: (name) => state[name],
    set,
    on(event, handler) {
      handlers.set(event, (handlers.get(event) ?? new Set()).add(handler));
    },
    off(event, handler) {
      if (!event) handlers.clear();
      else if (handler) handlers.get(event)?.delete(handler);
      else handlers.delete(event);
    },
    save_changes() {},
    send({ kind }) {
      if (kind !== "reset") return;
      for (const [name, value] of Object.entries(saved)) set(name, value);
    },
  };
}

/** Turn every `{"$bytes": base64}` of a saved state back into bytes. */
export function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== "object" || value === null) return value;
  if ("$bytes" in value) {
    return new DataView(Uint8Array.from(atob(String(value.$bytes)), (letter) => letter.charCodeAt(0)).buffer);
  }
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, revive(part)]));
}

export async function openPage(page: Page, target: HTMLElement, signal: AbortSignal): Promise<void> {
  const style = document.createElement("style");
  style.textContent = page.css;
  document.head.append(style);
  const address = URL.createObjectURL(new Blob([page.esm], { type: "text/javascript" }));
  const { default: factory } = (await import(/* @vite-ignore */ address)) as { default: AnyWidget };
  URL.revokeObjectURL(address);
  const widget = typeof factory === "function" ? await factory() : factory;
  const model = createOfflineModel(revive(page.state) as Values);
  const props = { model, el: target, signal } as never;
  await widget.initialize?.(props);
  await widget.render?.(props);
}

const saved = document.getElementById("xai-widgets");
const target = document.getElementById("app");
if (saved && target) void openPage(JSON.parse(saved.textContent ?? ""), target, new AbortController().signal);
