"""Problems that no rule of ours decides: those of HTTP itself, and of a server that cannot go on."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from homecharge.domain.errors import NotFound


@dataclass(frozen=True, slots=True)
class HttpProblem:
    """Its status and code, when it is answered, and what an app does then."""

    status: HTTPStatus
    code: str
    when: str
    advice: str
    operations: tuple[str, ...] = ()
    """That answer it; none: any request may."""


_FAULT = "A fault of the app: repeating the request changes nothing."
BODY_TOO_LARGE = HttpProblem(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "body_too_large",
    "The body has more than 256 KiB, or a file of tokens more than 16 MiB.",
    "Send less at once.",
)
BODY_TOO_SLOW = HttpProblem(
    HTTPStatus.REQUEST_TIMEOUT, "body_too_slow", "The body did not come to its end in time.", "Repeat on a better line."
)
INTERNAL_ERROR = HttpProblem(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "internal_error",
    "Something went wrong on our side.",
    "Offer to try again, a POST with the same `Idempotency-Key`, and show the `request_id` for support.",
)
SERVER_STOPPING = HttpProblem(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "server_stopping",
    "A stream of events ends because this server stops: the data of the event `end`.",
    "Open the stream again with `Last-Event-ID`.",
    ("GET /v1/events",),
)
OTHER = HttpProblem(
    HTTPStatus.BAD_REQUEST,
    "http_error",
    "HTTP itself refuses the request in another way: the status, which may be another one, says how.",
    _FAULT,
)
OF_STATUS: Mapping[HTTPStatus, HttpProblem] = {
    problem.status: problem
    for problem in (
        HttpProblem(
            HTTPStatus.BAD_REQUEST,
            "malformed_request",
            "The body is not JSON, or nests deeper than any of ours.",
            _FAULT,
        ),
        HttpProblem(HTTPStatus.NOT_FOUND, NotFound.code, "There is nothing at this address.", _FAULT),
        HttpProblem(
            HTTPStatus.METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "The address knows other methods; `Allow` names them.",
            _FAULT,
        ),
        BODY_TOO_LARGE,
        HttpProblem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "The body does not say that it is `application/json`, or of another type that the operation takes.",
            _FAULT,
        ),
        INTERNAL_ERROR,
    )
}
"""What Flask and Werkzeug refuse by themselves."""
HTTP_PROBLEMS = (*OF_STATUS.values(), BODY_TOO_SLOW, SERVER_STOPPING, OTHER)


def code_of(status: HTTPStatus) -> str:
    """The code of what Flask and Werkzeug refuse by themselves with a status."""
    return OF_STATUS.get(status, OTHER).code
