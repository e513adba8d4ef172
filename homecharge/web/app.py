"""The Flask application: made of a context, as often as somebody wants one."""

from collections.abc import Iterable
from types import TracebackType

from flask import Blueprint, Flask, request
from jinja2 import StrictUndefined
from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter

from homecharge import __version__
from homecharge.domain.errors import HomechargeError
from homecharge.domain.notification_targets import INSTALL_ID
from homecharge.observability.logging import get_logger
from homecharge.web import docs, headers, health, openapi, telemetry
from homecharge.web.api import AREAS
from homecharge.web.auth import require_declared
from homecharge.web.bodies import LARGEST_BODY, largest_body
from homecharge.web.console.site import PAGES
from homecharge.web.context import EXTENSION, WebContext
from homecharge.web.errors import Api, problem_of
from homecharge.web.json import Json
from homecharge.web.operations import Area

log = get_logger(__name__)


class IdConverter(BaseConverter):
    """`<id:charger_id>` in a path: a UUID in its canonical spelling; anything else is not found."""

    regex = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


class InstallIdConverter(BaseConverter):
    """`<install:install_id>` in a path: what an app calls an installation; the view says what is wrong with another."""


class Application(Flask):
    """Flask that logs an unexpected failure the way we log."""

    json_provider_class = Json

    def log_exception(self, exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]) -> None:
        """One event with the stack."""
        log.error("http.failed", exc_info=exc_info)


def create_app(context: WebContext, *, areas: Iterable[Area] = AREAS) -> Flask:
    """The application around `context`; raises RuntimeError for a view that does not say who may call it."""
    app = Application(__name__, static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_BODY, MAX_FORM_MEMORY_SIZE=LARGEST_BODY)
    app.extensions[EXTENSION] = context
    app.url_map.converters |= {"id": IdConverter, "install": InstallIdConverter}
    app.url_map.merge_slashes = False
    app.jinja_env.undefined = StrictUndefined
    telemetry.install(app)
    headers.install(app)
    app.before_request(_refuse_nul)
    app.before_request(_bound_body)
    app.register_error_handler(HomechargeError, problem_of)
    api = Api(app, spec_kwargs=openapi.options(__version__))
    api.register_converter(IdConverter, lambda _converter: {"type": "string", "format": "uuid"})
    installed = {"type": "string", "pattern": f"^{INSTALL_ID.pattern}$"}
    api.register_converter(InstallIdConverter, lambda _converter: installed)
    blueprints: list[Blueprint] = [*areas, health.blueprint, docs.blueprint, *PAGES]
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    require_declared(app)
    return app


def _refuse_nul() -> None:
    """No path of ours has a NUL, and PostgreSQL would refuse to look for one."""
    if "\x00" in request.path:
        raise NotFound


def _bound_body() -> None:
    """A file may be larger than what people write."""
    request.max_content_length = largest_body(request.path)
