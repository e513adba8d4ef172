"""The API's description as a document, and as Swagger UI from our own files under a policy that allows no others."""

from pathlib import Path

from flask import Blueprint, Response, current_app, request, send_from_directory
from werkzeug.exceptions import NotFound

from homecharge.web import openapi
from homecharge.web.auth import public

FILES = Path(__file__).parent / "static" / "swagger"
_PAGE = "index.html"
_SHOWN = frozenset({"swagger-ui.css", "swagger-ui-bundle.js", "docs.js"})
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self';"
    " frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
blueprint = Blueprint("docs", __name__)


@blueprint.get("/openapi.json")
@public
def openapi_json() -> Response:
    """The OpenAPI document of this very application."""
    response = Response(openapi.render(current_app), content_type="application/json")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/docs")
@public
def docs() -> Response:
    """Swagger UI."""
    return _file(_PAGE)


@blueprint.get("/docs/<name>")
@public
def docs_file(name: str) -> Response:
    """One of its files."""
    if name not in _SHOWN:
        raise NotFound
    return _file(name)


def _file(name: str) -> Response:
    response: Response = send_from_directory(FILES, name, conditional=True)
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Cache-Control"] = "no-cache"
    return response
