"""Swagger UI comes from our own files, under a policy that lets nothing else in."""

import re
from importlib.resources import files

import pytest
from flask.testing import FlaskClient


def test_the_page_asks_for_our_own_files_only(client: FlaskClient) -> None:
    with client.get("/docs") as page:
        asked = re.findall(r'(?:src|href)="([^"]+)"', page.text)

    assert asked == ["data:,", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/docs/docs.js"]
    assert "<script>" not in page.text


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("swagger-ui.css", "text/css"), ("swagger-ui-bundle.js", "text/javascript"), ("docs.js", "text/javascript")],
)
def test_each_of_them_is_there(client: FlaskClient, name: str, media_type: str) -> None:
    with client.get(f"/docs/{name}") as file:
        policy = file.headers["Content-Security-Policy"]

        assert (file.status_code, file.mimetype) == (200, media_type)
        assert "script-src 'self';" in policy
        assert "http" not in policy


@pytest.mark.parametrize("name", ["LICENSE", "index.html", "..%2fapp.py", "nothing.js"])
def test_nothing_else_is(client: FlaskClient, name: str) -> None:
    assert client.get(f"/docs/{name}").status_code == 404


def test_the_licence_stays_with_the_files() -> None:
    kept = files("homecharge.web") / "static" / "swagger" / "LICENSE"

    assert "Apache License" in kept.read_text()
