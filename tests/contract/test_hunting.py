"""The hunt finds what is wrong; that it finds nothing would mean nothing otherwise."""

from typing import Any

import pytest
from flask import Flask, Response, jsonify

from homecharge.storage.types import new_id
from tests.contract.conftest import Serve
from tests.contract.hunting import hunt

ANSWERS: dict[str, Any] = {
    "/right": ({"figure": 1}, 200),
    "/fails": ({"figure": 1}, 500),
    "/undescribed": ({"figure": 1}, 202),
    "/breaks-its-schema": ({"figure": "one"}, 200),
}


@pytest.fixture
def app() -> Flask:
    """An application of which one operation in four answers as it is described."""
    app = Flask(__name__)
    schema = {"type": "object", "required": ["figure"], "properties": {"figure": {"type": "integer"}}}
    described = {"description": "A figure.", "content": {"application/json": {"schema": schema}}}
    responses = {"200": described, "default": {"description": "Any other problem."}}
    paths = {path: {"get": {"operationId": path.strip("/"), "responses": responses}} for path in ANSWERS}
    document = {"openapi": "3.1.0", "info": {"title": "Figures", "version": "1"}, "paths": paths}
    app.add_url_rule("/openapi.json", "document", lambda: jsonify(document))

    def answer(path: str) -> tuple[Response, int]:
        body, status = ANSWERS[f"/{path}"]
        return jsonify(body), status

    app.add_url_rule("/<path>", "answer", answer)
    return app


def test_what_is_wrong_is_found_where_it_is(app: Flask, serve: Serve) -> None:
    with serve(app) as url:
        report = hunt(url, {"id": [new_id()]}, examples=1, token=lambda _: "", phases={"fuzzing": {"enabled": True}})

    assert {what.partition(":")[0] for what in report.failures} == {
        f"GET {path}" for path in ANSWERS if path != "/right"
    }
    assert report.reached == {f"GET {path}" for path in ANSWERS if path != "/fails"}
