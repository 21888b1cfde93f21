"""One HTML file that shows a view without a kernel and without a network. Twin: js/lib/host.ts."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .render import Figure

HOST = Path(__file__).with_name("static") / "host.js"

# JSON inside HTML: nothing in it may end the script element or open a comment.
INERT = str.maketrans({letter: f"\\u{ord(letter):04x}" for letter in "<>&"})

PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ max-width: 1000px; margin: 16px auto; padding: 0 16px; font-family: system-ui, sans-serif; }}
img {{ max-width: 100%; }}
</style>
</head>
<body>
<main id="app"></main>
{picture}<script type="application/json" id="xai-widgets">{page}</script>
<script type="module">{host}</script>
</body>
</html>
"""


def to_html(
    esm: str,
    css: str,
    state: Mapping[str, Any],
    *,
    title: str,
    language: str = "en",
    figure: Figure | None = None,
) -> str:
    """Write the page of one view: its bundle, its state, and a host in the place of a notebook.

    What the browser does alone works; nothing is asked of a network, and the page forbids it to itself.

    Parameters
    ----------
    esm, css : str
        The bundle of the view.
    state : mapping
        The synced traits; bytes at any depth.
    title : str
        Of the page.
    language : str, default "en"
        Of the words on it.
    figure : Figure, optional
        The picture for a reader whose browser runs no scripts.

    Returns
    -------
    str
        To be written in UTF-8.

    Raises
    ------
    FileNotFoundError
        When the package was installed without its bundles.
    TypeError, ValueError
        For a state that is neither JSON nor bytes.
    """
    if not HOST.exists():
        raise FileNotFoundError(f"{HOST} is missing; expected the built frontend: run `make setup`, or reinstall")
    host = HOST.read_text(encoding="utf-8")
    return PAGE.format(
        language=html.escape(language),
        policy=content_security_policy(host),
        title=html.escape(title),
        picture=without_scripts(figure) if figure else "",
        page=inert_json({"esm": esm, "css": css, "state": state}),
        host=host,
    )


def inert_json(value: Any) -> str:
    """Write JSON that is safe inside a script element, bytes as {"$bytes": base64}."""
    return json.dumps(value, default=encode_bytes, allow_nan=False, separators=(",", ":")).translate(INERT)


def encode_bytes(value: Any) -> dict[str, str]:
    if not isinstance(value, bytes | bytearray | memoryview):
        raise TypeError(f"{type(value).__name__} in the state of a view; expected JSON values and bytes")
    return {"$bytes": base64.b64encode(value).decode()}


def content_security_policy(script: str) -> str:
    """Allow this one script, the module that it makes from the bundle, and inline styles and pictures."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'sha256-{digest}' blob:",
            "style-src 'unsafe-inline'",
            "img-src data: blob:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def without_scripts(figure: Figure) -> str:
    data = base64.b64encode(figure.png()).decode()
    return f'<noscript><img alt="{html.escape(figure.description)}" src="data:image/png;base64,{data}"></noscript>\n'
