"""How long a hand on the noise slider waits, in a real JupyterLab.

Run as ``python -m tests.benchmarks.slider``; four minutes. The 64 x 64 model of the zoo, 50 samples. All is done and
timed in the page, while no debugger is attached; a picture counts when the animation frame that draws it has run.

- single: 100 moves 200 ms apart; from the `input` event to the frame with a preview of that very value
- drag: 3 s with an event every 16 ms; pictures of another value than the one before, for each second
- release: from letting go, after drags of half a second, to the final picture of the last value
- stop: from a click on Stop, in the midst of 200 samples, to the status "cancelled"

"installed" has our server extension, as it is after installation; "delayed" has Jupyter's delay of small messages, as
where the server has no xai_widgets. Rounds of the two alternate.
"""

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM_ARGUMENTS, CHROMIUM_NAMES
from tests.browser.jupyter import FrontEnd, Notebook, serve
from tests.browser.saliency import ONE, expect_finished

FRONT_ENDS = {"installed": FrontEnd(), "delayed": FrontEnd(delayed=True)}
ROUNDS = 4
MOVES = 25  # of each round
RELEASES = 5
STOPS = 5
SECONDS = 0.2 * MOVES + 3 + RELEASES + 0.5 * STOPS + 2  # of a round, about

MEASURE = """async ([view, moves, releases, stops]) => {
    const wait = milliseconds => new Promise(done => setTimeout(done, milliseconds));
    const named = name => view.querySelector(`[aria-label="${name}"]`);
    const say = (slider, kind) => slider.dispatchEvent(new Event(kind, { bubbles: true }));
    const set = (slider, value) => {
        slider.value = value;
        say(slider, "input");
        say(slider, "change");
    };
    const noise = named("Noise level");
    const seen = new Set();
    new MutationObserver(() => { for (const look of seen) look(view.dataset); }).observe(view, { attributes: true });
    const shown = check => new Promise(done => {
        const look = data => { if (check(data) && seen.delete(look)) done(performance.now()); };
        seen.add(look);
        look(view.dataset);
    });
    const settled = data => data.finished === "true" && data.status === "done";
    const move = value => {
        noise.value = value;
        say(noise, "input");
        return noise.valueAsNumber;
    };
    let moved = 0;
    const drag = async milliseconds => {
        const start = performance.now();
        for (; performance.now() - start < milliseconds; moved = (moved + 1) % 80) {
            move(0.05 + 0.01 * Math.min(moved, 80 - moved));
            await wait(16 - (performance.now() - start) % 16);
        }
    };
    const letGo = async () => {
        const start = performance.now();
        say(noise, "change");
        return await shown(data => +data.noiseLevel === noise.valueAsNumber && data.finished === "true") - start;
    };

    await wait(1000); // the debugger goes
    const single = [];
    for (let k = 0; k < moves; k++) {
        const start = performance.now();
        const value = move(0.05 + 0.01 * (7 * k % 40));
        single.push(await shown(data => +data.noiseLevel === value) - start);
        await wait(200 - (performance.now() - start));
    }
    say(noise, "change");
    await shown(settled);

    const drawn = [];
    const note = data => { if (drawn.at(-1) !== data.noiseLevel) drawn.push(data.noiseLevel); };
    seen.add(note);
    await drag(3000);
    seen.delete(note);
    const release = [await letGo()];
    while (release.length < releases) {
        await wait(200);
        await drag(500);
        release.push(await letGo());
    }

    const samples = named("Samples");
    const stop = [];
    for (let k = 0; k < stops; k++) {
        set(samples, 200);
        set(noise, 0.2 + 0.01 * k);
        const running = data => data.status === "running" && data.finished === "false" && +data.done > 2;
        await shown(data => running(data) && data.total === "200" && +data.noiseLevel === noise.valueAsNumber);
        const start = performance.now();
        named("Stop").click();
        stop.push(await shown(data => data.status === "cancelled") - start);
    }
    set(samples, 50);
    await shown(data => data.total === "50" && settled(data));
    return { single, drag: [(drawn.length - 1) / 3], release, stop };
}"""


@contextmanager
def chromium(folder):
    """Run Chromium, and give a function that attaches to it."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)))
    port = folder / "DevToolsActivePort"
    arguments = ["--headless=new", "--remote-debugging-port=0", f"--user-data-dir={folder}", "--window-size=1280,900"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([path, *arguments, *CHROMIUM_ARGUMENTS, "about:blank"], **quiet)
    try:
        while not (port.exists() and port.read_text().strip()):
            time.sleep(0.1)
        address = f"http://127.0.0.1:{port.read_text().split()[0]}"

        @contextmanager
        def attach():
            with sync_playwright() as playwright:
                yield playwright.chromium.connect_over_cdp(address).contexts[0]

        yield attach
    finally:
        process.terminate()
        process.wait(20)


def measure(attach, name):
    """Start a round in the page, leave it alone, and fetch what it found."""

    def find(context):
        return next(page for page in context.pages if page.url.endswith(f"/{name}.ipynb"))

    with attach() as context:
        page = find(context)
        page.bring_to_front()
        view = page.locator(".xw").element_handle()
        page.evaluate(f"given => {{ window.found = ({MEASURE})(given); }}", [view, MOVES, RELEASES, STOPS])
    time.sleep(SECONDS)
    with attach() as context:
        return find(context).evaluate("window.found")


def main():
    found = {name: {"single": [], "drag": [], "release": [], "stop": []} for name in FRONT_ENDS}
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers = {
            name: stack.enter_context(serve(front_end, scratch / name)) for name, front_end in FRONT_ENDS.items()
        }
        attach = stack.enter_context(chromium(scratch / "chromium"))
        with attach() as context:
            for name, server in servers.items():
                notebook = Notebook(context.new_page(), server, f"{name}.ipynb")
                notebook.write(ONE)
                notebook.open()
                notebook.run_all()
                expect_finished(notebook.view())
        for _ in range(ROUNDS):
            for name in FRONT_ENDS:
                for kind, values in measure(attach, name).items():
                    found[name][kind] += values
        for name, server in servers.items():
            server.shut_down(f"{name}.ipynb")
    report(found)


def report(found):
    print(f"64 x 64 zoo model, 50 samples, {ROUNDS} rounds, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{'':18}" + "".join(f"{name:>16}" for name in found))
    figures = {
        "single": lambda kinds: (median(kinds["single"]), "ms"),
        "single_p95": lambda kinds: (quantiles(kinds["single"], n=20)[-1], "ms"),
        "drag": lambda kinds: (median(kinds["drag"]), "pictures/s"),
        "drag_least": lambda kinds: (min(kinds["drag"]), "pictures/s"),
        "release": lambda kinds: (median(kinds["release"]), "ms"),
        "release_most": lambda kinds: (max(kinds["release"]), "ms"),
        "stop": lambda kinds: (median(kinds["stop"]), "ms"),
        "stop_most": lambda kinds: (max(kinds["stop"]), "ms"),
    }
    for figure, of in figures.items():
        print(
            f"{figure:18}"
            + "".join(f"{of(kinds)[0]:16.1f}" for kinds in found.values())
            + f"  {of(found['delayed'])[1]}"
        )
    for name, kinds in found.items():
        for figure, of in figures.items():
            print("FIGURE slider_{}_{} {:.1f} {}".format(figure, name, *of(kinds)))
    print(f"RATIO slider_single_delay {median(found['delayed']['single']) / median(found['installed']['single']):.2f}")


if __name__ == "__main__":
    main()
