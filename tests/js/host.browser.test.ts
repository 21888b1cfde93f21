import { afterEach, describe, expect, test } from "vitest";
import { createOfflineModel, openPage, revive } from "../../js/lib/host";
import { mapFrame, pictureFrame, traits } from "./fake";
import { canvases, closeAll, drawn, mountModel, named, pixel, press, release, slide } from "./mount";

afterEach(closeAll);

const base64 = (view: DataView) => {
  const content = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  return { $bytes: btoa(String.fromCharCode(...content)) };
};
const saved = (frame: ReturnType<typeof pictureFrame>) => ({ ...frame, buffers: frame.buffers.map(base64) });
const state = () => ({ ...traits(), picture: saved(pictureFrame()), result: saved(mapFrame()) });
const open = async () => mountModel(createOfflineModel(revive(state()) as never) as never);

describe("a saved page", () => {
  test("draws from its state, with no kernel", async () => {
    const { root } = await open();
    expect(root.dataset).toMatchObject({ job: "1", status: "done" });
    const [red, , blue] = pixel(canvases(root)[1]!, 2, 3);
    expect(red - blue).toBeGreaterThan(50);
    expect(root.querySelector(".kernel")!.textContent).toContain("saved page");
  });

  test("what needs the kernel is greyed and inert, what the browser does alone works", async () => {
    const { root, model } = await open();
    for (const name of ["Method", "Class explained", "Noise level", "Samples", "Seed", "star"]) {
      expect(named<HTMLInputElement>(root, name).disabled, name).toBe(true);
    }
    expect(getComputedStyle(named(root, "Noise level")).opacity).toBe("0.45");
    const before = pixel(canvases(root)[0]!, 2, 3);
    const opacity = named<HTMLInputElement>(root, "Opacity");
    slide(opacity, 0.2);
    release(opacity);
    named(root, "Negative values only").click();
    press(root.querySelector(".pic")!, "ArrowDown");
    await drawn();
    expect(pixel(canvases(root)[0]!, 2, 3)).not.toEqual(before);
    expect(root.querySelector(".tip:not([hidden])")!.textContent).toContain("row 4, column 5");
    named(root, "Reset").click();
    await drawn();
    expect(model.get("opacity")).toBe(0.9);
    expect(pixel(canvases(root)[0]!, 2, 3)).toEqual(before);
  });

  test("is opened from its bundle, style and state alone", async () => {
    const esm = `export default () => ({
      initialize({ model }) { model.on("change:text", () => {}); },
      render({ model, el }) {
        const bytes = model.get("result").buffers[0];
        el.className = "opened";
        el.textContent = [model.offline, model.get("text"), bytes.getUint8(1)].join(" ");
      },
    });`;
    const target = document.createElement("div");
    document.body.append(target);
    const page = {
      esm,
      css: ".opened { color: rgb(1, 2, 3) }",
      state: { text: "</script>", result: { buffers: [{ $bytes: "AAc=" }] } },
    };
    await openPage(page, target, new AbortController().signal);
    expect(target.textContent).toBe("true </script> 7");
    expect(getComputedStyle(target).color).toBe("rgb(1, 2, 3)");
    target.remove();
  });
});
