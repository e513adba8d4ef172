"""Each request has an id, a log line and its place in the metrics."""

import re

import structlog
import uuid_utils
from flask import Flask, Response, g, request

from homecharge.observability.logging import get_logger
from homecharge.web.context import current_context

HEADER = "X-Request-Id"
_SANE_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
log = get_logger(__name__)


def request_id_of(given: str | None) -> str:
    """The id that the client or a proxy gave, if it is a sane one, else a new one."""
    return given if given is not None and _SANE_ID.fullmatch(given) else str(uuid_utils.uuid7())


def install(app: Flask) -> None:
    """Number, time, count and log every request of `app`."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(lambda _error: structlog.contextvars.clear_contextvars())


def _begin() -> None:
    g.request_id = request_id_of(request.headers.get(HEADER))
    g.began_at = current_context().clock.monotonic()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    response.headers[HEADER] = g.request_id
    context = current_context()
    seconds = context.clock.monotonic() - g.began_at
    route = "none" if request.url_rule is None else request.url_rule.rule
    method = request.method if request.method in _METHODS else "other"
    context.metrics.http_requests.labels(method, route, str(response.status_code)).inc()
    context.metrics.http_request_seconds.labels(method, route).observe(seconds)
    if route not in _QUIET:
        took_ms = round(seconds * 1000, 1)
        log.info("http.request", method=request.method, route=route, status=response.status_code, took_ms=took_ms)
    return response
