"""The HTTP side for other servers: `app` is the Flask application (WSGI), `asgi` the edge around it.

Both are made from the environment when they are first asked for; nothing opens at import time. `homecharge run` needs
neither. Whoever serves `app` alone serves everything but `Prefer: wait`.
"""

import os
import sys
from functools import cache

from flask import Flask

from homecharge.bootstrap import Container
from homecharge.observability.logging import configure_logging
from homecharge.settings import Role, Settings
from homecharge.web.edge import Edge


@cache
def _container() -> Container:
    settings = Settings.from_env(os.environ)
    configure_logging(level=settings.log_level, form=settings.log_format, stream=sys.stderr)
    return Container(settings, frozenset({Role.API}))


def __getattr__(name: str) -> Flask | Edge:
    """`app` and `asgi` (PEP 562)."""
    match name:
        case "app":
            return _container().app
        case "asgi":
            return _container().edge
        case _:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
