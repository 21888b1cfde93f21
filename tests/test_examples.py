"""The example notebooks run from top to bottom, and leave a picture where nobody looks."""

import base64
import json

import nbformat
import pytest
from nbclient import NotebookClient
from PIL import Image

from .conftest import ROOT

EXAMPLES = sorted((ROOT / "examples").glob("*.ipynb"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs(path):
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(path.parent)}}).execute()
    assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_kept_without_outputs(path):
    for cell in json.loads(path.read_text())["cells"]:
        assert not cell.get("outputs")
        assert not cell.get("execution_count")


def test_the_output_of_a_notebook_that_ran_alone_is_a_picture(tmp_path):
    source = (
        "import xai_widgets as xw\nmodel, pictures = xw.zoo.shapes()\nw = xw.SaliencyMap(model, pictures[0]).wait()\nw"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    NotebookClient(notebook, timeout=300).execute()
    (output,) = notebook.cells[0].outputs
    png = base64.b64decode(output.data["image/png"])
    assert len(png) <= 150_000
    (tmp_path / "still.png").write_bytes(png)
    assert Image.open(tmp_path / "still.png").width > 300


def test_the_readers_own_photograph(tmp_path):
    """The cell for the reader's own model does what it says, with a photograph made here."""
    notebook = nbformat.read(ROOT / "examples" / "01_smoothgrad.ipynb", as_version=4)
    (own,) = [cell.source for cell in notebook.cells if "def explain_photograph" in cell.source]
    path = tmp_path / "photograph.png"
    Image.linear_gradient("L").convert("RGB").save(path)
    use = (
        f"import xai_widgets as xw\nmodel, _ = xw.zoo.shapes()\n{own}\n"
        f"w = explain_photograph(model, {str(path)!r}, size=64, target=1, n_samples=4)\n"
        "print(w.wait().explanation.values.shape)"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(use)])
    NotebookClient(notebook, timeout=300).execute()
    assert notebook.cells[0].outputs[0].text == "(3, 64, 64)\n"
