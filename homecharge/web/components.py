"""What operations share in the API's description: the problem document, headers, parameters, and common refusals."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from homecharge.web import household
from homecharge.web.errors import MEDIA_TYPE
from homecharge.web.http_problems import OF_STATUS, HttpProblem
from homecharge.web.idempotency import HEADER, KEY


def problem(status: HTTPStatus, code: str, title: str, **more: Any) -> dict[str, Any]:
    """An example of a problem document."""
    return {
        "type": f"urn:homecharge:problem:{code}",
        "title": title,
        "status": status.value,
        "detail": f"{title}.",
        "code": code,
        "request_id": household.REQUEST,
        **more,
    }


def _unread(refusal: HttpProblem) -> dict[str, Any]:
    """The response for a body that nobody looks into."""
    example = problem(refusal.status, refusal.code, refusal.status.phrase)
    content = {media_type: {**described, "example": example} for media_type, described in PROBLEM_CONTENT.items()}
    return {"description": f"`{refusal.code}`: {refusal.when}", "content": content}


PROBLEM = {
    "type": "object",
    "description": "A problem document (RFC 9457); more members name what is in the way.",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "May be shown to people."},
        "code": {"type": "string", "description": "Stable; unknown ones are to be treated as unknown."},
        "request_id": {"type": "string", "description": "To be quoted to support."},
        "errors": {
            "type": "object",
            "description": "With 422: what is wrong with each field, by its dotted path.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}
PROBLEM_CONTENT = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
_UNREAD = {
    "Malformed": HTTPStatus.BAD_REQUEST,
    "TooLarge": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "OtherType": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
}
UNREAD: Mapping[str, str] = {str(status.value): name for name, status in _UNREAD.items()}
"""How a body is refused that nobody looks into: the name of the response, by its status."""
RESPONSES: Mapping[str, Any] = {name: _unread(OF_STATUS[status]) for name, status in _UNREAD.items()}
PARAMETERS: Mapping[str, Any] = {
    name: {"name": header, "in": "header", "description": words, "schema": {"type": "string", **more}}
    for name, (header, words, more) in {
        "IdempotencyKey": (HEADER, "Makes repeating this request safe for 24 hours.", {"pattern": f"^{KEY}$"}),
        "IfMatch": ("If-Match", "The ETag of the revision that is to be changed; 412 where it is no longer that.", {}),
        "IfNoneMatch": ("If-None-Match", "The ETag one has; 304 where it is still that.", {}),
    }.items()
}
HEADERS: Mapping[str, Any] = {
    "ETag": {"description": "The revision.", "required": True, "schema": {"type": "string"}},
    "Location": {
        "description": "Where what was made, or begun, is shown.",
        "schema": {"type": "string", "pattern": "^/v1/"},
    },
    "RetryAfter": {
        "description": "In so many seconds it may be tried again.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    },
    "WwwAuthenticate": {"description": "RFC 6750.", "required": True, "schema": {"type": "string"}},
}
MADE = frozenset({str(HTTPStatus.CREATED.value), str(HTTPStatus.ACCEPTED.value)})
"""The statuses of answers that may say where what was made is."""
SAID_BESIDES: Mapping[HTTPStatus, tuple[str, str]] = {
    HTTPStatus.UNAUTHORIZED: ("WWW-Authenticate", "WwwAuthenticate"),
    HTTPStatus.TOO_MANY_REQUESTS: ("Retry-After", "RetryAfter"),
}
"""The header of a problem, by its status."""


def header(name: str) -> dict[str, str]:
    """A reference to one of HEADERS."""
    return {"$ref": f"#/components/headers/{name}"}
