"""How long a hand on the noise slider waits, in a real JupyterLab.

Run as ``python -m tests.benchmarks.slider``; two minutes. The 64 x 64 model of the zoo, 50 samples; all times are taken
in the page, and a picture counts when the animation frame that draws it has run.

- single: 100 moves 200 ms apart; from the `input` event to the frame with a preview of that very value
- drag: 3 s with an event every 16 ms; pictures of another value than the one before, for each second
- release: from letting go to the final picture of the last value
- stop: 20 clicks on Stop in the midst of 10 000 samples; from the click to the status "cancelled"

Each with our server extension, as it is after installation, and with Jupyter's delay of small messages, as where the
server has no xai_widgets. Rounds of the two alternate.
"""

import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM_ARGUMENTS, CHROMIUM_NAMES
from tests.browser.jupyter import FrontEnd, Notebook, serve
from tests.browser.saliency import ONE, expect_finished

ROUNDS = 4
MOVES = 25  # of each round
STOPS = 5

MEASURE = """view => {
    const slider = view.querySelector("[aria-label='Noise level']");
    const wait = milliseconds => new Promise(done => setTimeout(done, milliseconds));
    const shown = check => new Promise(done => {
        const look = () => { if (check(view.dataset)) { observer.disconnect(); done(performance.now()); } };
        const observer = new MutationObserver(look);
        observer.observe(view, { attributes: true });
        look();
    });
    const move = value => {
        slider.value = value;
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        return slider.valueAsNumber;
    };
    const release = () => slider.dispatchEvent(new Event("change", { bubbles: true }));

    view.single = async (value) => {
        const start = performance.now();
        const wanted = move(value);
        const end = await shown(data => +data.noiseLevel === wanted);
        await wait(200 - (performance.now() - start));
        return end - start;
    };
    view.settle = async () => {
        release();
        await shown(data => data.finished === "true" && data.status === "done");
    };
    view.sweep = async (seconds) => {
        const drawn = [];
        const observer = new MutationObserver(() => {
            if (drawn.at(-1) !== view.dataset.noiseLevel) drawn.push(view.dataset.noiseLevel);
        });
        observer.observe(view, { attributes: true });
        const start = performance.now();
        let events = 0;
        while (performance.now() - start < 1000 * seconds) {
            const place = events++ % 80;
            move(0.05 + 0.01 * (place < 40 ? place : 80 - place));
            await wait(16 - (performance.now() - start) % 16);
        }
        const let_go = performance.now();
        const pictures = drawn.length;
        const wanted = slider.valueAsNumber;
        release();
        const end = await shown(data => +data.noiseLevel === wanted && data.finished === "true");
        observer.disconnect();
        return { events: events / seconds, pictures: pictures / seconds, release: end - let_go };
    };
    view.stop = async () => {
        const button = view.querySelector("[aria-label='Stop']");
        const start = performance.now();
        button.click();
        return await shown(data => data.status === "cancelled") - start;
    };
}"""


def open_view(browser, server, name):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    notebook = Notebook(page, server, f"{name}.ipynb")
    notebook.write(ONE)
    notebook.open()
    notebook.run_all()
    expect_finished(notebook.view())
    notebook.view().evaluate(MEASURE)
    return notebook


def measure_moves(notebook):
    view = notebook.view()
    values = [0.05 + 0.01 * (7 * k % 40) for k in range(MOVES)]
    found = [view.evaluate("(view, value) => view.single(value)", value) for value in values]
    view.evaluate("view => view.settle()")
    return found


def measure_drag(notebook):
    return notebook.view().evaluate("view => view.sweep(3)")


def measure_stops(notebook):
    view, found = notebook.view(), []
    notebook.execute("w.n_samples = 10_000")
    for _ in range(STOPS):
        view.get_by_role("button", name="Stop").wait_for()
        found.append(view.evaluate("view => view.stop()"))
        view.get_by_role("button", name="Go on").click()
    notebook.execute("w.n_samples = 50")
    expect_finished(view, total=50)
    return found


def main():
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)))
    names = {"installed": FrontEnd(), "delayed": FrontEnd(delayed=True)}
    moves, drags, stops = ({name: [] for name in names} for _ in range(3))
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers = {name: stack.enter_context(serve(front_end, scratch / name)) for name, front_end in names.items()}
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        notebooks = {name: open_view(browser, server, name) for name, server in servers.items()}
        for _ in range(ROUNDS):
            for name, notebook in notebooks.items():
                notebook.page.bring_to_front()
                moves[name] += measure_moves(notebook)
                drags[name].append(measure_drag(notebook))
                stops[name] += measure_stops(notebook)
        browser.close()
        for name, server in servers.items():
            server.shut_down(f"{name}.ipynb")

    print(f"64 x 64 zoo model, 50 samples, {ROUNDS} rounds, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    figures = {}
    for name in names:
        pictures, release = ([drag[key] for drag in drags[name]] for key in ("pictures", "release"))
        figures |= {
            f"slider_single_{name}": (median(moves[name]), "ms"),
            f"slider_single_p95_{name}": (quantiles(moves[name], n=20)[-1], "ms"),
            f"slider_drag_{name}": (median(pictures), "pictures/s"),
            f"slider_drag_worst_{name}": (min(pictures), "pictures/s"),
            f"slider_release_{name}": (median(release), "ms"),
            f"slider_release_worst_{name}": (max(release), "ms"),
            f"slider_stop_{name}": (median(stops[name]), "ms"),
            f"slider_stop_worst_{name}": (max(stops[name]), "ms"),
        }
    kinds = [kind.removesuffix("_delayed") for kind in figures if kind.endswith("_delayed")]
    print(f"{'':22}" + "".join(f"{name:>20}" for name in names))
    for kind in kinds:
        cells = (figures[f"{kind}_{name}"] for name in names)
        print(f"{kind:22}" + "".join(f"{value:9.1f} {unit:10}" for value, unit in cells))
    for figure, (value, unit) in figures.items():
        print(f"FIGURE {figure} {value:.1f} {unit}")
    print(f"RATIO slider_single_delay {median(moves['delayed']) / median(moves['installed']):.2f}")


if __name__ == "__main__":
    main()
