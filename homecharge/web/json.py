"""JSON by orjson: quick, and strict about what it is given."""

from typing import Any

import orjson
from flask import Response
from flask.json.provider import JSONProvider

_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS


def to_json(document: Any) -> str:  # noqa: ANN401 - any JSON document
    """The text of a JSON document on one line, with instants as `json_response` has them."""
    return orjson.dumps(document, option=_OPTIONS).decode()


def json_response(document: Any, status: int = 200) -> Response:  # noqa: ANN401 - any JSON document
    """A response with the document as its body; instants come out in UTC with `Z` and in whole seconds."""
    return Response(orjson.dumps(document, option=_OPTIONS), status, content_type="application/json")


class Json(JSONProvider):
    """What Flask reads and writes JSON with."""

    def dumps(self, obj: Any, **_: Any) -> str:  # noqa: ANN401 - any JSON document
        """The text of a JSON document."""
        return to_json(obj)

    def loads(self, s: str | bytes, **_: Any) -> Any:  # noqa: ANN401 - any JSON document
        """A JSON document."""
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """A response with the document as its body."""
        return json_response(self._prepare_response_obj(args, kwargs))
