"""How long a hand on a brush waits for the selection it gives, in a real JupyterLab.

Run as ``python -m tests.benchmarks.ice_display``; five minutes. All is done and timed in the page, while no debugger
is attached; a picture counts when the animation frame that draws it has run and its task is over.

- brush: a box over a tenth of the width and a fifth of the height is dragged over curves of 64 points, a hundredth of
  the plot at a time; from the pointer event to the selection redrawn, without the kernel
- kernel: the same over 100 000 curves, and over a million of 50 points, which the kernel answers; from the event to its
  picture
- appear: from running the cell to 5000 curves of 64 points on screen, each library loaded before; bqplot's Lines and
  plotly's FigureWidget of the same curves beside it
"""

import os
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Error

from tests.benchmarks.slider import chromium
from tests.browser.jupyter import FrontEnd, Notebook, serve

BRUSHED = {10_000: 60, 20_000: 60, 100_000: 60}  # moves
PAGE, MILLION = 20_000, 1_000_000  # what the page brushes alone, and the most
MOVES = 30  # over a million
ROUNDS = 3

CURVES = """import numpy as np, xai_widgets as xw
def curves(X):
    return np.sin(3 * X[:, 0] + X[:, 1]) * X[:, 2] + X[:, 0] * X[:, 1]
def table(rows):
    return np.random.default_rng(0).uniform(-1, 1, (rows, 3)).astype(np.float32)
def plot(rows, points=64):
    return xw.ICEPlot(curves, table(rows), "x0", grid_resolution=points)
def lines(rows, points=64):
    x = np.linspace(-0.9, 0.9, points)
    X = table(rows)
    return x, np.sin(3 * x + X[:, 1:2]) * X[:, 2:3] + x * X[:, 1:2]
def bqplot_lines(rows):
    import bqplot as bq
    x, y = lines(rows)
    scales = {"x": bq.LinearScale(), "y": bq.LinearScale()}
    mark = bq.Lines(x=x, y=y, scales=scales, colors=["gray"], stroke_width=1)
    return bq.Figure(marks=[mark], axes=[bq.Axis(scale=scales["x"])], animation_duration=0)
def plotly_lines(rows):
    import plotly.graph_objects as go
    x, y = lines(rows)
    return go.FigureWidget([go.Scatter(x=x, y=each, mode="lines", line_width=1) for each in y])
"""
LIBRARIES = {  # how it is shown, and what is on the page then
    "xai_widgets": ("plot({rows})", "document.querySelector('.xw[data-finished=true][data-total=\"{rows}\"]')"),
    "bqplot": ("bqplot_lines({rows})", "document.querySelectorAll('.bqplot path.line').length >= {rows}"),
    "plotly": ("plotly_lines({rows})", "document.querySelectorAll('.scatterlayer .lines path').length >= {rows}"),
}
LINES = 5000
FEW = 3

PAINTED = """const painted = () => new Promise(done => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now());
    port2.postMessage(null);
}));
const wait = milliseconds => new Promise(done => setTimeout(done, milliseconds));
"""
BRUSH = (
    "async ([moves, answered]) => {"
    + PAINTED
    + """
    const view = document.querySelector(".xw");
    const catcher = view.querySelector(".catcher");
    const { left, top, width, height } = catcher.getBoundingClientRect();
    const say = (part, kind, x, y) => part.dispatchEvent(new PointerEvent(kind, {
        clientX: left + x * width, clientY: top + y * height, pointerId: 1, button: 0, bubbles: true, cancelable: true,
    }));
    const shown = async () => {
        if (!answered) return painted();
        for (const before = view.dataset.selected; view.dataset.selected === before; ) await painted();
        return painted();
    };
    Element.prototype.setPointerCapture = () => {}; // there is no real pointer to capture
    await wait(1000); // the debugger goes
    say(catcher, "pointerdown", 0.1, 0.3);
    say(catcher, "pointermove", 0.2, 0.5);
    say(catcher, "pointerup", 0.2, 0.5);
    await wait(1500);
    const body = view.querySelector(".brush .body");
    say(body, "pointerdown", 0.15, 0.4);
    const times = [];
    for (let k = 1; k <= moves; k++) {
        const start = performance.now();
        say(body, "pointermove", 0.15 + 0.01 * k, 0.4 + 0.1 * Math.sin(k / 10));
        times.push(await shown() - start);
        await wait(150);
    }
    say(body, "pointerup", 0.15 + 0.01 * moves, 0.4);
    return times;
}"""
)
APPEAR = (
    "async ([index, shown]) => {"
    + PAINTED
    + """
    await wait(1000);
    const look = new Function(`return ${shown}`);
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = index;
    const start = performance.now();
    window.jupyterapp.commands.execute("notebook:run-cell");
    while (!look()) await painted();
    return await painted() - start;
}"""
)


def alone(attach, path, script, given):
    """Run a script in the page of a notebook with no debugger attached, and return what it found."""

    def find(context):
        return next(page for page in context.pages if page.url.endswith(f"/{path}"))

    start = f"given => {{ window.found = null; ({script})(given).then(found => {{ window.found = found; }}); }}"
    with attach() as context:
        page = find(context)
        page.bring_to_front()
        page.evaluate(start, given)
    while True:
        time.sleep(3)
        with suppress(Error), attach() as context:  # a page that draws for half a minute answers no debugger
            if (found := find(context).evaluate("window.found")) is not None:
                return found


def main():
    brush, appear = {}, {name: [] for name in LIBRARIES}
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(serve(FrontEnd(), scratch / "server"))
        attach = stack.enter_context(chromium(scratch / "chromium"))
        for rows, moves in [*BRUSHED.items(), (MILLION, MOVES)]:
            brush[rows] = brushed(attach, server, rows, moves)
            told = f"median {median(brush[rows]):7.1f} ms, p95 {quantiles(brush[rows], n=20)[-1]:7.1f} ms"
            print(f"brush, {rows:9} curves: {told}", flush=True)
        for round_ in range(ROUNDS):
            for name in LIBRARIES:
                appear[name].append(appeared(attach, server, name, f"{name}-{round_}.ipynb"))
                print(f"appear, {LINES} curves, {name:12}: {appear[name][-1]:8.0f} ms", flush=True)
    report(brush, appear)


def brushed(attach, server, rows, moves):
    path = f"rows-{rows}.ipynb"
    points = 50 if rows == MILLION else 64
    by_kernel = rows > PAGE
    with attach() as context:
        notebook = Notebook(context.new_page(), server, path)
        notebook.write(CURVES, f"w = plot({rows}, {points})\nw")
        notebook.open()
        notebook.run_all()
        notebook.page.wait_for_selector(".xw[data-finished=true][data-status=done]", timeout=300_000)
        notebook.page.wait_for_timeout(3000)
    times = alone(attach, path, BRUSH, [moves, by_kernel])
    end(attach, server, path)
    return times


def appeared(attach, server, name, path):
    code, shown = LIBRARIES[name]
    with attach() as context:
        notebook = Notebook(context.new_page(), server, path)
        notebook.write(CURVES + code.format(rows=FEW), code.format(rows=LINES))
        notebook.open()
        notebook.run_cell(0)
        notebook.page.wait_for_function(shown.format(rows=FEW), timeout=300_000)
    found = alone(attach, path, APPEAR, [1, shown.format(rows=LINES)])
    end(attach, server, path)
    return found


def end(attach, server, path):
    with attach() as context:
        next(page for page in context.pages if page.url.endswith(f"/{path}")).close()
    server.shut_down(path)


def report(brush, appear):
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; {ROUNDS} rounds of `appear`")
    for rows, times in brush.items():
        print(f"FIGURE ice_brush_{rows} {median(times):.1f} ms")
        print(f"FIGURE ice_brush_p95_{rows} {quantiles(times, n=20)[-1]:.1f} ms")
    for name, times in appear.items():
        print(f"FIGURE ice_appear_{name} {median(times):.0f} ms")
    for name in ("bqplot", "plotly"):
        print(f"RATIO ice_appear_{name} {median(appear[name]) / median(appear['xai_widgets']):.2f}")


if __name__ == "__main__":
    main()
