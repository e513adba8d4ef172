"""Every error as a problem document (RFC 9457); the only place that knows status codes of the project's failures."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import flask_smorest
from flask import Response, g
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import NotFound as NoSuchPath

from homecharge.domain.errors import (
    Forbidden,
    HomechargeError,
    Invalid,
    NotFound,
    Refused,
    Stale,
    TooMany,
    Unauthenticated,
    Unavailable,
)
from homecharge.domain.texts import ENGLISH
from homecharge.web.http_problems import code_of
from homecharge.web.json import json_response

STATUS: Mapping[type[HomechargeError], HTTPStatus] = {
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    Unauthenticated: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    Refused: HTTPStatus.CONFLICT,
    Stale: HTTPStatus.PRECONDITION_FAILED,
    TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
MEDIA_TYPE = "application/problem+json"
_DETAILS = {
    HTTPStatus.NOT_FOUND: "There is nothing at this address.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong on our side. Quote the request_id when you ask for help.",
}
_PASSED_ON = ("Allow", "Retry-After")


def status_of(kind: type[HomechargeError]) -> HTTPStatus:
    """The status of a failure, that of the kind it is."""
    return next((STATUS[base] for base in kind.__mro__ if base in STATUS), HTTPStatus.INTERNAL_SERVER_ERROR)


def problem_of(error: HomechargeError) -> Response:
    """The answer to a deliberate refusal, its data included."""
    members: dict[str, Any] = dict(error.data)
    if isinstance(error, Invalid):
        members["errors"] = error.errors
    response = _problem(status_of(type(error)), code=error.code, title=error.title, detail=error.detail, **members)
    if (revision := getattr(error, "revision", None)) is not None:
        response.set_etag(str(revision))
    retry_after_s = getattr(error, "retry_after_s", None)
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        is_missing = error.code == Unauthenticated.code
        response.headers["WWW-Authenticate"] = "Bearer" if is_missing else 'Bearer error="invalid_token"'
    return response


def problem_of_http(error: HTTPException) -> Response:
    """The answer to what Flask and Werkzeug refuse by themselves: 404, 405, 413, 415, and 500 without its internals."""
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    detail = _DETAILS.get(status) if type(error) is NoSuchPath or status >= HTTPStatus.INTERNAL_SERVER_ERROR else None
    detail = detail or error.description or f"{status.phrase}."
    response = _problem(status, code=code_of(status), title=status.phrase, detail=detail)
    for name, value in error.get_headers():
        if name in _PASSED_ON:
            response.headers[name] = value
    return response


def _problem(status: HTTPStatus, *, code: str, title: str, detail: str, **members: Any) -> Response:
    document = {
        **members,
        "type": f"urn:homecharge:problem:{code}",
        "title": title,
        "status": status.value,
        "detail": detail,
        "code": code,
        "request_id": g.get("request_id"),
    }
    response = json_response(document, status)
    response.content_type = MEDIA_TYPE
    response.content_language.add(ENGLISH.tag)
    return response


class Api(flask_smorest.Api):
    """flask-smorest with problem documents instead of its own error bodies."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def handle_http_exception(self, error: HTTPException) -> Response:
        """Answer with a problem document."""
        return problem_of_http(error)
