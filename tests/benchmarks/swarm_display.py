"""How soon 100 000 rows are seen as dots, and how soon a hand is answered, in a real JupyterLab.

Run as ``python -m tests.benchmarks.swarm_display``; three minutes. All is done and timed in the page, while no debugger
is attached; a picture counts when the animation frame that draws it has run and its task is over.

- appear: from running the cell that shows a ready Explanation of 100 000 rows of 20 features to its picture on screen,
  the packages loaded before
- hover: from the pointer event to the row that is told on screen, and its dots ringed where they are known
- brush: from the pointer event to the picture of the rows that the kernel has selected
"""

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles

from tests.benchmarks.ice_display import APPEAR, PAINTED, alone, end
from tests.benchmarks.slider import chromium
from tests.browser.jupyter import FrontEnd, Notebook, serve

ROWS, FEATURES = 100_000, 20
ROUNDS = 3
HOVERS, MOVES = 60, 20
PLOTS = {"BeeswarmPlot": [1 / 22, 1 / 11], "DependencePlot": [0.46, 0.02]}  # heights at which is pointed

EXPLANATION = f"""import numpy as np, shap, xai_widgets as xw
def explained(rows, features={FEATURES}):
    X = np.random.default_rng(0).normal(size=(rows, features))
    values = X * np.linspace(1, 0.1, features) + 0.3 * X[:, ::-1]
    return shap.Explanation(values, np.zeros(1), X)
ready = explained({ROWS})
"""
HAND = (
    "async ([hovers, moves, [top, apart]]) => {"
    + PAINTED
    + """
    const view = document.querySelector(".xw");
    const catcher = view.querySelector(".catcher");
    const { left, top: head, width, height } = catcher.getBoundingClientRect();
    const say = (kind, x, y) => catcher.dispatchEvent(new PointerEvent(kind, {
        clientX: left + x * width, clientY: head + y * height, pointerId: 1, button: 0, bubbles: true, cancelable: true,
    }));
    Element.prototype.setPointerCapture = () => {}; // there is no real pointer to capture
    await wait(1000); // the debugger goes
    const found = { hover: [], told: [], brush: [] };
    for (let k = 0; k < hovers; k++) {
        const start = performance.now();
        say("pointermove", 0.4 + 0.2 * k / hovers, top + apart * (k % 5));
        await painted();
        const tip = view.querySelector(".tip");
        if (!tip.hidden) found.hover.push(performance.now() - start);
        for (let waited = 0; waited < 60 && tip.textContent.includes("about"); waited++) await painted();
        found.told.push(performance.now() - start);
        await wait(60);
    }
    say("pointerdown", 0.3, 0.2);
    for (let k = 1; k <= moves; k++) {
        const before = view.dataset.highlighted;
        const start = performance.now();
        say("pointermove", 0.4 + 0.01 * k, 0.6);
        for (let waited = 0; waited < 120 && view.dataset.highlighted === before; waited++) await painted();
        await painted();
        found.brush.push(performance.now() - start);
        await wait(150);
    }
    say("pointerup", 0.4 + 0.01 * moves, 0.6);
    return found;
}"""
)


def main():
    appear, hand = {plot: [] for plot in PLOTS}, {}
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(serve(FrontEnd(), scratch / "server"))
        attach = stack.enter_context(chromium(scratch / "chromium"))
        for round_ in range(ROUNDS):
            for plot, heights in PLOTS.items():
                path = f"{plot}-{round_}.ipynb"
                appear[plot].append(appeared(attach, server, plot, path))
                if round_ == 0:
                    hand[plot] = alone(attach, path, HAND, [HOVERS, MOVES, heights])
                end(attach, server, path)
    report(appear, hand)


def appeared(attach, server, plot, path):
    """Show a small plot, which loads what is needed; then time the large one."""
    with attach() as context:
        notebook = Notebook(context.new_page(), server, path)
        notebook.write(f"{EXPLANATION}small = xw.{plot}(explained(50))\nsmall", f"small.close()\nxw.{plot}(ready)")
        notebook.open()
        notebook.run_cell(0)
        notebook.page.wait_for_selector('.xw[data-finished=true][data-total="50"]', timeout=240_000)
    shown = f"""document.querySelector('.xw[data-finished=true][data-total="{ROWS}"]')"""
    return alone(attach, path, APPEAR, [1, shown])


def report(appear, hand):
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; {ROUNDS} rounds of `appear`")
    for plot in PLOTS:
        print(f"{plot}, {ROWS} rows x {FEATURES}: seen after {[round(each) for each in appear[plot]]} ms")
        for name, times in hand[plot].items():
            told = f"median {median(times):6.1f} ms, p95 {quantiles(times, n=20)[-1]:6.1f} ms of {len(times)}"
            print(f"{plot}, {name:6}: {told}")
    for plot in PLOTS:
        print(f"FIGURE {plot}_appear {median(appear[plot]):.0f} ms")
        for name, times in hand[plot].items():
            print(f"FIGURE {plot}_{name} {median(times):.1f} ms")


if __name__ == "__main__":
    main()
