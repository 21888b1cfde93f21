"""How long a reader waits for the force plot of very many rows, and for the row under the pointer, in a JupyterLab.

Run as ``python -m tests.benchmarks.force_display``; three minutes. All is done and timed in the page, while no debugger
is attached; a picture counts when the animation frame that draws it has run and its task is over.

- appear: from running the cell, with a ready Explanation of 20 features, to all rows on screen
- hover: what a pointer event and the frame that draws its row's line and numbers take together, without the kernel
- zoom: from a key to the picture of half the rows
- shap: its own force plot of fewer rows beside it, from the call to the markup, which does not wait for any picture
"""

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles

from tests.benchmarks.ice_display import APPEAR, PAINTED, alone, end
from tests.benchmarks.slider import chromium
from tests.browser.jupyter import FrontEnd, Notebook, serve

ROWS = 100_000
THEIRS = 1000  # rows
FEATURES = 20
MOVES, ZOOMS, ROUNDS = 60, 8, 3

VALUES = f"""import numpy as np, shap, time, xai_widgets as xw
def explained(rows):
    random = np.random.default_rng(0)
    data = random.normal(size=(rows, {FEATURES}))
    return shap.Explanation(data * np.exp(-np.arange({FEATURES}) / 4), 0.2, data)
one = xw.ForcePlot(explained(3)).wait()
e = explained({ROWS})
one"""
SHOWN = "document.querySelector('.force-plot[data-finished=true][data-total=\"{rows}\"][data-status=done]')"
SHAP = f"""few = explained({THEIRS})
began = time.perf_counter()
shap.plots.force(few.base_values, few.values, few.data, show=False).html()
theirs = time.perf_counter() - began
began = time.perf_counter()
with xw.ForcePlot(few, order="output") as plot:
    plot.wait()
ours = time.perf_counter() - began
"""
HOVER = (
    "async ([moves, zooms]) => {"
    + PAINTED
    + """
    const view = [...document.querySelectorAll(".force-plot")].at(-1);
    const catcher = view.querySelector(".catcher");
    const { left, top, width, height } = catcher.getBoundingClientRect();
    const times = { hover: [], zoom: [] };
    await wait(3000); // the debugger goes, the order by similarity comes
    for (let k = 0; k < moves; k++) {
        const start = performance.now();
        catcher.dispatchEvent(new PointerEvent("pointermove", {
            clientX: left + (0.1 + 0.01 * k) * width, clientY: top + 0.5 * height, pointerId: 1, bubbles: true,
        }));
        const asked = performance.now() - start;
        await new Promise(requestAnimationFrame);
        const frame = performance.now();
        await painted();
        times.hover.push(asked + performance.now() - frame);
        await wait(60);
    }
    for (let k = 0; k < zooms; k++) {
        const start = performance.now();
        catcher.dispatchEvent(new KeyboardEvent("keydown", { key: k < zooms / 2 ? "+" : "-", bubbles: true }));
        await painted();
        times.zoom.push(performance.now() - start);
        await wait(300);
    }
    return times;
}"""
)


def main():
    appear, interact, peers = [], None, None
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(serve(FrontEnd(), scratch / "server"))
        attach = stack.enter_context(chromium(scratch / "chromium"))
        for round_ in range(ROUNDS):
            path = f"force-{round_}.ipynb"
            with attach() as context:
                notebook = Notebook(context.new_page(), server, path)
                notebook.write(VALUES, "w = xw.ForcePlot(e)\nw", SHAP)
                notebook.open()
                notebook.run_cell(0)
                notebook.page.wait_for_function(SHOWN.format(rows=3), timeout=120_000)
            appear.append(alone(attach, path, APPEAR, [1, SHOWN.format(rows=ROWS)]))
            if round_ == ROUNDS - 1:
                interact = alone(attach, path, HOVER, [MOVES, ZOOMS])
                with attach() as context:
                    notebook.page = next(page for page in context.pages if page.url.endswith(f"/{path}"))
                    notebook.run_cell(2)
                    peers = notebook.python("(theirs, ours)")
            end(attach, server, path)
    report(appear, interact, peers)


def report(appear, interact, peers):
    theirs, ours = peers
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; {ROWS} rows of {FEATURES} features")
    print(f"appear: median {median(appear):.0f} ms of {[round(each) for each in appear]}")
    for name, times in interact.items():
        print(f"{name}: median {median(times):.1f} ms, p95 {quantiles(times, n=20)[-1]:.1f} ms of {len(times)}")
    print(f"shap's own of {THEIRS} rows: {theirs:.2f} s to its markup; ours to its result {ours:.3f} s")
    print(f"FIGURE force_appear {median(appear):.0f} ms")
    print(f"FIGURE force_hover {median(interact['hover']):.1f} ms")
    print(f"RATIO force_appear_goal {2000 / median(appear):.2f}")
    print(f"RATIO force_hover_goal {16 / median(interact['hover']):.2f}")
    print(f"RATIO force_markup_shap {theirs / ours:.1f}")


if __name__ == "__main__":
    main()
