"""Whether the process lives, whether what it depends on can be reached, and what Prometheus wants to know."""

from http import HTTPStatus

from flask import Blueprint, Response, request
from sqlalchemy import text

from homecharge.domain.errors import Unavailable
from homecharge.observability.metrics import CONTENT_TYPE
from homecharge.web.auth import public
from homecharge.web.context import current_context
from homecharge.web.json import json_response

BUS_HEADER = "Homecharge-Bus"
blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """The process answers."""
    return json_response({"status": "ok"})


@blueprint.get("/readyz")
@public
def readyz() -> Response:
    """The database answers, and the bus does, of which the edge tells us: it lives on the event loop."""
    checks = {"database": _is_database_up(), "bus": request.headers.get(BUS_HEADER) != "down"}
    response = json_response(
        {
            "status": "ok" if all(checks.values()) else "unavailable",
            "checks": {name: "ok" if is_up else "unavailable" for name, is_up in checks.items()},
        }
    )
    if not all(checks.values()):
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        response.headers["Retry-After"] = str(Unavailable.retry_after_s)
    return response


@blueprint.get("/metrics")
@public
def metrics() -> Response:
    """Prometheus' text format."""
    return Response(current_context().metrics.exposition(), content_type=CONTENT_TYPE)


def _is_database_up() -> bool:
    try:
        with current_context().units.read() as db:
            db.execute(text("SELECT 1"))
    except Unavailable:
        return False
    return True
