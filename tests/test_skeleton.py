"""The frame of the house: who imports whom, and what an import costs."""

import ast
import importlib
import json
import re
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

import xai_widgets

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "xai_widgets"
JS = ROOT / "js"

ALLOWED = {
    "explainers": {"models"},
    "models": set(),
    "jobs": set(),
    "wire": set(),
    "render": {"tables"},
    "export": {"wire", "render"},
    "widgets": {"jobs", "wire", "render", "export", "explainers", "models", "tables"},
    "zoo": {"models"},
    "tables": set(),
    "server": set(),
}

HEAVY = {"torch", "shap", "lime", "sklearn", "pandas", "matplotlib", "numba", "bqplot", "scipy", "dask"}


def imported_rooms(module: str, source: str) -> set[str]:
    """Return the rooms of xai_widgets, the other names in it, or itself, that a module of the package imports."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            package = module.split(".")[: -node.level] if node.level else []
            origin = ".".join([*package, *([node.module] if node.module else [])])
            names = [f"{origin}.{alias.name}" for alias in node.names]
        else:
            continue
        found |= {name.split(".")[1] for name in names if name.startswith("xai_widgets.")} | (
            {"xai_widgets"} & {*names}
        )
    return found


def python_modules():
    files = [file for file in sorted(PACKAGE.rglob("*.py")) if file != PACKAGE / "__init__.py"]
    parts = [file.relative_to(ROOT).with_suffix("").parts for file in files]
    return [
        pytest.param(file, ".".join(names), id="/".join(names[1:])) for file, names in zip(files, parts, strict=True)
    ]


@pytest.mark.parametrize(("file", "module"), python_modules())
def test_a_python_module_imports_only_the_rooms_it_may(file, module):
    room = module.split(".")[1]
    assert imported_rooms(module, file.read_text()) <= ALLOWED[room] | {room}


@pytest.mark.parametrize(
    ("source", "rooms"),
    [
        ("import numpy", set()),
        ("import xai_widgets.jobs", {"jobs"}),
        ("import xai_widgets as xw", {"xai_widgets"}),
        ("from xai_widgets import wire", {"wire"}),
        ("from xai_widgets.widgets.live import Live", {"widgets"}),
        ("from .stream import Estimate", {"explainers"}),
        ("from . import stream", {"explainers"}),
        ("from ..models import torch_model", {"models"}),
        ("from .. import zoo", {"zoo"}),
        ("def late():\n    from ..render import png", {"render"}),
    ],
)
def test_every_form_of_import_is_seen(source, rooms):
    assert imported_rooms("xai_widgets.explainers.gradient", source) == rooms


JS_IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']""")
TYPES_ONLY = re.compile(r"^import type\b[^;]*;", re.MULTILINE)
NOT_PURE = {"js/lib/wire", "js/lib/host"}
OF_THE_MODEL = {f"js/lib/{name}" for name in ("session", "inbox", "pacing", "liveness", "widget")}


def js_imports(file: Path, *, types: bool = True) -> set[str]:
    """Return what a module imports, as paths from the root for our own and as names for packages."""
    found, text = set(), file.read_text()
    for name in JS_IMPORT.findall(text if types else TYPES_ONLY.sub("", text)):
        path = (file.parent / name).resolve().relative_to(ROOT).with_suffix("").as_posix() if name[0] == "." else name
        found.add(path)
    return found


def js_room(path: str) -> str:
    """Return the room of a path from the root: "js" for entries, "js/lib", "js/views", or where the JSON tables are."""
    return "/".join(path.split("/")[:-1][:2])


def js_modules():
    files = [file for file in sorted(JS.rglob("*.ts")) if not file.name.endswith(".d.ts")]
    return [pytest.param(file, id=file.relative_to(JS).as_posix()) for file in files]


@pytest.mark.parametrize("file", js_modules())
def test_a_js_module_imports_only_the_rooms_it_may(file):
    may = {
        "js": {"js/lib", "js/views"},
        "js/views": {"js/views", "js/lib"},
        "js/lib": {"js/lib", "xai_widgets/tables"},
    }
    room = js_room(file.relative_to(ROOT).as_posix())
    own = {path for path in js_imports(file) if "/" in path and path[0] != "@"}
    assert {js_room(path) for path in own} <= may[room]


@pytest.mark.parametrize("file", [module for module in js_modules() if "views" in module.values[0].parts])
def test_a_view_touches_neither_the_wire_nor_the_widget_model(file):
    imports, text = js_imports(file), file.read_text()
    assert not imports & NOT_PURE
    assert not js_imports(file, types=False) & OF_THE_MODEL
    assert not {name for name in imports if name.startswith("@anywidget")}
    assert not re.search(r"\bmodel\.(get|set|on|off|send|save_changes)\b", text)


def fresh(code: str) -> str:
    """Run ``code`` in a fresh interpreter and return what it prints."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout


@pytest.mark.parametrize(
    "code", ["import xai_widgets", "import xai_widgets; xai_widgets.SaliencyMap, xai_widgets.ICEPlot"]
)
def test_an_import_loads_nothing_heavy(code):
    loaded = json.loads(fresh(f"{code}\nimport json, sys; print(json.dumps(sorted(sys.modules)))"))
    assert HEAVY & set(loaded) == set()


def test_the_import_is_quick():
    def seconds(module):
        return float(fresh(f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"))

    rounds = [(seconds("xai_widgets"), seconds("anywidget")) for _ in range(5)]
    ours, bare = (statistics.median(times) for times in zip(*rounds, strict=True))
    assert ours <= bare + 0.15


@pytest.mark.parametrize("name", xai_widgets.__all__)
def test_a_public_name_is_there(name):
    value = getattr(xai_widgets, name)
    home = xai_widgets._HOME.get(name)
    expected = (
        getattr(importlib.import_module(f"xai_widgets.{home}"), name) if home else sys.modules[f"xai_widgets.{name}"]
    )
    assert value is expected


def test_the_public_names_are_listed():
    assert set(xai_widgets.__all__) <= set(dir(xai_widgets))
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        xai_widgets.Nothing  # noqa: B018


def test_a_type_checker_sees_the_same_names():
    tree = ast.parse((PACKAGE / "__init__.py").read_text())
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.name: node.module for node in ast.walk(block) if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    assert {name: home for name, home in seen.items() if home} == xai_widgets._HOME
    assert set(seen) == set(xai_widgets.__all__)


def test_the_lock_names_no_registry():
    assert "resolved" not in (ROOT / "package-lock.json").read_text()


def test_the_versions_agree():
    assert json.loads((ROOT / "package.json").read_text())["version"] == xai_widgets.__version__
