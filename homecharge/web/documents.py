"""What is written from the code and committed, so that a change of the contract shows in review."""

from collections.abc import Callable, Mapping
from pathlib import Path

from flask import Flask

from homecharge.web import error_page, openapi, route_table

DOCUMENTS: Mapping[Path, Callable[[Flask], str]] = {
    Path("openapi/homecharge.json"): openapi.render,
    Path("docs/errors.md"): error_page.render,
    Path("docs/routes.md"): route_table.render,
}
"""By where each is in the repository: how its text is made of the application."""


def write(app: Flask, root: Path) -> None:
    """Write every document below `root`."""
    for path, render in DOCUMENTS.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(render(app), encoding="utf-8")


def stale(app: Flask, root: Path) -> list[Path]:
    """The documents below `root` that are missing, or not what the code makes of them now."""
    return [path for path, render in DOCUMENTS.items() if not _is(root / path, render(app))]


def _is(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text
