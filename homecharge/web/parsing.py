"""Bodies and queries: JSON only, read strictly, every mistake named by the dotted path of its field."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NoReturn

import marshmallow
import orjson
from flask import Request
from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from homecharge.domain.errors import Invalid

DEEPEST = 20
"""Nothing of ours nests half as deep, and what walks through a document must not run out of stack."""


class StrictParser(FlaskParser):
    """webargs for us: 400 what is no JSON, 415 what does not say it is, 422 with `errors` for the rest."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"json": None, "query": None}  # noqa: RUF012 - webargs' own; None: as the schema says

    def load_json(self, req: Request, schema: marshmallow.Schema) -> Any:  # noqa: ANN401, ARG002 - any JSON document
        """The body; one that is absent is an empty object, so that its required fields are named."""
        raw = req.get_data(cache=True)
        if not raw:
            return {}
        if not req.is_json:
            raise UnsupportedMediaType("Send the body as application/json.")
        try:
            document = orjson.loads(raw)
        except orjson.JSONDecodeError as malformed:
            raise BadRequest(f"The body is not JSON: {malformed}.") from None
        _refuse_nul(document)
        return document

    def load_querystring(self, req: Request, schema: marshmallow.Schema) -> MultiDictProxy:
        """The query's parameters."""
        _refuse_nul(req.args)
        proxy: MultiDictProxy = super().load_querystring(req, schema)
        return proxy

    def handle_error(self, error: marshmallow.ValidationError, *_: object, **__: object) -> NoReturn:
        """Raises Invalid."""
        by_location: dict[str, Any] = error.messages_dict
        raise Invalid(errors=dotted(list(by_location.values())))


def text_body(req: Request, accepted: Collection[str]) -> tuple[str, str]:
    """The media type and the text of a body: 415 for another type, 400 for what is no UTF-8."""
    if req.mimetype not in accepted:
        raise UnsupportedMediaType(f"Send the body as {' or '.join(accepted)}.")
    try:
        return req.mimetype, req.get_data(cache=True).decode()
    except UnicodeDecodeError:
        raise BadRequest("The body is not UTF-8.") from None


def dotted(messages: Any) -> dict[str, list[str]]:  # noqa: ANN401 - marshmallow nests by field and by index
    """Marshmallow's nested messages by dotted path: `{"windows": {0: {"start": […]}}}` is `{"windows.0.start": […]}`.

    What concerns an object as a whole stands at its own path, `body` for the outermost.
    """
    found: dict[str, list[str]] = {}
    for path, message in _leaves(messages, ()):
        found.setdefault(".".join(path) or "body", []).append(message)
    return found


def _leaves(messages: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:  # noqa: ANN401
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from _leaves(inner, path if name == marshmallow.exceptions.SCHEMA else (*path, str(name)))
    elif isinstance(messages, list):
        for message in messages:
            yield from _leaves(message, path)
    else:
        yield path, str(messages)


def _refuse_nul(document: Any) -> None:  # noqa: ANN401 - any JSON document
    """PostgreSQL stores no NUL in text, and nobody means one."""
    if paths := [".".join(path) or "body" for path in _with_nul(document, ())]:
        raise Invalid(errors={path: ["NUL characters are not allowed."] for path in paths})


def _with_nul(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:  # noqa: ANN401 - any JSON document
    if len(path) > DEEPEST:
        raise BadRequest(f"The body nests deeper than {DEEPEST} levels.")
    if isinstance(value, str) and "\x00" in value:
        yield path
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if "\x00" in name:
                yield path
            yield from _with_nul(inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _with_nul(inner, (*path, str(index)))
