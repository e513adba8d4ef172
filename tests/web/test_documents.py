"""What is made of the code and committed is current."""

from pathlib import Path

import pytest
from flask import Flask

from homecharge.web import documents

ROOT = Path(__file__).parents[2]


def test_what_is_committed_is_current(app: Flask) -> None:
    assert documents.stale(app, ROOT) == [], "run `homecharge openapi write`"


@pytest.mark.parametrize("change", ["missing", "changed"])
def test_what_is_not_current_is_named(app: Flask, tmp_path: Path, change: str) -> None:
    documents.write(app, tmp_path)
    assert documents.stale(app, tmp_path) == []
    path = next(iter(documents.DOCUMENTS))

    if change == "missing":
        (tmp_path / path).unlink()
    else:
        (tmp_path / path).write_text("{}")

    assert documents.stale(app, tmp_path) == [path]
