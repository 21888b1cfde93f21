"""A notebook that nbclient ran, opened where nobody runs it again."""

import base64
import io

import nbformat
from nbclient import NotebookClient
from PIL import Image
from playwright.sync_api import expect

from .saliency import SHAPES


def test_a_notebook_that_ran_alone_shows_its_pictures(notebook):
    opened = notebook(
        f"{SHAPES}w = xw.SaliencyMap(model, image, n_samples=10)\nw",
        "w.wait()\nw",
        "w.snapshot()",
        run=False,
    )
    page = opened.page
    page.goto("about:blank")
    path = opened.server.root / opened.path
    ran = nbformat.read(path, as_version=4)
    NotebookClient(ran, timeout=120).execute()
    for cell in ran.cells:
        (output,) = cell.outputs
        png = base64.b64decode(output.data["image/png"])
        assert len(png) <= 150_000
        assert Image.open(io.BytesIO(png)).width > 300
    assert ran.cells[-1].outputs[0].metadata["image/png"]["alt"].startswith("SmoothGrad for star")
    nbformat.write(ran, path)

    opened.open()
    pictures = page.locator(".jp-OutputArea-output img")
    expect(pictures).to_have_count(3)
    assert all(picture.evaluate("picture => picture.naturalWidth") > 300 for picture in pictures.all())
