"""What a route returns, and the response that is made of it after the unit of work has committed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import marshmallow
from flask import Response

from homecharge.domain.errors import HomechargeError
from homecharge.domain.revisions import digest_of
from homecharge.web import etags
from homecharge.web.errors import problem_of
from homecharge.web.json import json_response
from homecharge.web.language import tell_language
from homecharge.web.schemas import Schema

BELL_HEADER = "Homecharge-Bell"
SETTLED_HEADER = "Homecharge-Settled"
PATIENCE_HEADER = "Homecharge-Patience"
NEXT_HEADER = "Homecharge-Next"
NEXT_AUTHORIZATION_HEADER = "Homecharge-Next-Authorization"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A value with more than its body to say. `status` is the operation's own where None.

    `bell` is the topic that rings when what `location` shows may have changed, for `Prefer: wait`; `is_settled` says on
    that representation that there is nothing more to wait for. `patience_s` is how long a client is made to wait that
    says nothing of it, for what comes soon and says little before. `headers` are what the edge is told besides.
    """

    value: Any
    status: int | None = None
    location: str | None = None
    bell: str | None = None
    patience_s: int | None = None
    is_settled: bool | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """An answer that is no JSON, or a part of some: its content as it is.

    `media_type` is the operation's own where None. With a `filename` it is a download. `next` is where the rest of it
    is: the edge asks there, and sends on what comes, so that no part of it waits in memory for a slow client; a client
    without the edge finds it in `Link` (RFC 8288). `next_token` is the access token to ask with there: a long file may
    take longer than the one that it was asked for with lasts, and its log-in may be ended meanwhile.
    """

    content: str | bytes
    media_type: str | None = None
    filename: str | None = None
    next: str | None = None
    next_token: str | None = field(default=None, repr=False)

    @property
    def revision(self) -> int:
        """Of the content."""
        return digest_of(self)


@dataclass(frozen=True, slots=True)
class Shape:
    """How an operation answers: its schema (None: no JSON), its status, and whether an ETag comes with it.

    `media_type` is that of an answer that is a `Document`; several, separated by a comma, where it says which.
    """

    schema: Schema | None
    status: int
    has_etag: bool
    media_type: str | None = None


def render(shape: Shape, outcome: object) -> Response:
    """The response for what a route returned: an Answer, a bare value, or a failure that was to be committed."""
    if isinstance(outcome, HomechargeError):
        return problem_of(outcome)
    answer = outcome if isinstance(outcome, Answer) else Answer(value=outcome)
    if shape.has_etag and etags.is_known(answer.value.revision):
        response = Response(status=HTTPStatus.NOT_MODIFIED)
    elif shape.media_type is not None:
        response = _document_response(answer.value, answer.status or shape.status, shape.media_type)
    elif shape.schema is None:
        response = Response(status=answer.status or shape.status)
    else:
        response = json_response(shape.schema.dump(answer.value), answer.status or shape.status)
    _set_headers(response, shape, answer)
    return response


def _document_response(document: Document, status: int, media_type: str) -> Response:
    response = Response(document.content, status, content_type=document.media_type or media_type)
    if document.filename is not None:
        response.headers.set("Content-Disposition", "attachment", filename=document.filename)
    if document.next is not None:
        response.headers["Link"] = f'<{document.next}>; rel="next"'
        response.headers[NEXT_HEADER] = document.next
    if document.next_token is not None:
        response.headers[NEXT_AUTHORIZATION_HEADER] = f"Bearer {document.next_token}"
    return response


def _set_headers(response: Response, shape: Shape, answer: Answer) -> None:
    tell_language(response)
    if shape.has_etag:
        response.set_etag(etags.tag_of(answer.value.revision))
        response.headers["Cache-Control"] = "private, no-cache"
    if answer.location is not None:
        response.headers["Location"] = answer.location
    if answer.bell is not None:
        response.headers[BELL_HEADER] = answer.bell
    if answer.patience_s is not None:
        response.headers[PATIENCE_HEADER] = str(answer.patience_s)
    if answer.is_settled is not None:
        response.headers[SETTLED_HEADER] = "1" if answer.is_settled else "0"
    response.headers.update(answer.headers)
    if shape.schema is None and shape.media_type is None:
        del response.headers["Content-Type"]


def without_secrets(document: Any, schema: marshmallow.Schema) -> tuple[Any, bool]:  # noqa: ANN401 - any JSON document
    """A copy without the fields marked `metadata={"x-secret": True}`, and whether there were any."""
    if not isinstance(document, Mapping):
        return document, False
    kept: dict[str, Any] = {}
    is_without = False
    for name, value in document.items():
        field = schema.fields.get(name)
        if field is not None and field.metadata.get("x-secret"):
            is_without = True
        elif isinstance(field, marshmallow.fields.Nested):
            kept[name], found = without_secrets(value, field.schema)
            is_without = is_without or found
        else:
            kept[name] = value
    return kept, is_without
