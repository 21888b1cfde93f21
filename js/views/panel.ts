// A picture with its caption; the caption carries the controls that change only how it is drawn.
import { segmented, slider } from "../lib/controls";
import { element, shape, write } from "../lib/dom";
import { percent } from "../lib/format";
import type { Sign } from "../lib/state";
import type { Words } from "../lib/words";
import type { Panel, Panels } from "./layout";
import { createPicture } from "./picture";
import type { Actions, Part } from "./scene";

// Pixels for a caption with the opacity's name, and with its number as well.
const ROOM = { name: 300, number: 360 };
const ROOM_WITH_SIGN = { name: 412, number: 450 };

export function createPanels(actions: Actions, words: Words): Part[] {
  const faces: [Panels, string][] = [
    ["both", "M1.5 3.5h6v9h-6zM8.5 3.5h6v9h-6z"],
    ["over", "M2.5 3.5h11v9h-11zM6 8.5a2 2 0 1 0 4 0 2 2 0 1 0-4 0M2.5 11.5l3-3M10 7.5l3.5-3.5"],
    ["map", "M2.5 3.5h11v9h-11zM6 8a2 2 0 1 0 4 0 2 2 0 1 0-4 0"],
    ["picture", "M2.5 3.5h11v9h-11zM2.5 11.5l4-4.5 3 3.2 1.8-1.7 2.2 2.2"],
  ];
  const choices = faces.map(([value, path]) => ({ value, name: words(`panels.${value}`), face: line(path) }));
  const layout = segmented(words("panels"), choices, (panels) => actions.change({ panels: panels as Panels }));
  layout.element.classList.add("layouts");
  const opacity = slider({
    label: words("opacity"),
    inline: true,
    name: words("opacity.name"),
    min: 0,
    max: 1,
    step: 0.05,
    print: percent,
    drag: (value) => actions.drag({ opacity: value }),
    set: (value) => actions.set({ opacity: value }),
  });
  const sign = segmented(
    words("sign"),
    [
      { value: "all", name: words("sign.all.name"), face: words("sign.all") },
      { value: "positive", name: words("sign.positive.name"), face: "+" },
      { value: "negative", name: words("sign.negative.name"), face: "\u2212" },
      { value: "absolute", name: words("sign.absolute.name"), face: "|\u2009·\u2009|" },
    ],
    (value) => actions.set({ sign: value as Sign }),
  );
  return [0, 1].map((place) => {
    const title = element("b");
    const head = element("div", { class: "head" }, title, place === 0 ? layout.element : null);
    const picture = createPicture(actions, words);
    const whole = element("div", { class: "panel" }, head, picture.element);
    return {
      element: whole,
      draw(scene) {
        const panel: Panel | undefined = scene.layout.panels[place];
        whole.hidden = panel === undefined;
        if (panel === undefined) return;
        const last = place === scene.layout.panels.length - 1;
        whole.style.width = `${scene.layout.width}px`;
        const room = last ? ROOM_WITH_SIGN : ROOM;
        whole.classList.toggle("tight", scene.layout.width < room.number);
        whole.classList.toggle("tighter", scene.layout.width < room.name);
        write(title, words(`title.${panel}`));
        const wanted = [
          ...(last && panel !== "picture" ? [sign.element] : []),
          ...(panel === "over" ? [opacity.element] : []),
        ];
        for (const part of [sign.element, opacity.element]) {
          if (part.parentElement === head && !wanted.includes(part)) part.remove();
        }
        // only what moves is moved: the layout may have the focus
        if (wanted.some((part) => part.parentElement !== head)) head.append(...wanted);
        for (const part of wanted) part.classList.toggle("last", part === wanted.at(-1));
        const { traits, map } = scene.state;
        layout.show(scene.layout.panels.length > 1 ? "both" : panel);
        layout.offer("both", scene.layout.roomy);
        opacity.show(traits.opacity);
        sign.show(map?.header.signed === false ? "absolute" : traits.sign);
        sign.enable(map?.header.signed !== false);
        picture.draw(scene, panel, last);
      },
    };
  });
}

function line(path: string): SVGElement {
  return shape(
    "svg",
    { width: 16, height: 16, viewBox: "0 0 16 16", "aria-hidden": "true", class: "line" },
    shape("path", { d: path }),
  );
}
