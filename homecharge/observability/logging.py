"""Structured logs: one dotted event name and key-values, for people on a console or for machines as JSON.

What a line belongs to is bound once, by whoever takes up the work, and is on every line logged inside, also in threads
that a context is copied into: `with structlog.contextvars.bound_contextvars(request_id=…, session_id=…, charger_id=…):`
"""

import logging
from collections.abc import Sequence
from typing import Any, TextIO

import orjson
import structlog
from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger

from homecharge.domain.masking import mask_field
from homecharge.settings import LogFormat, LogLevel

# Libraries that tell every connection, request or tick at INFO: theirs are our own events, told in our own words.
_CHATTY = dict.fromkeys(("alembic", "apscheduler", "httpx", "uvicorn", "websockets"), logging.WARNING)
_CHATTY |= {"apscheduler.scheduler": logging.ERROR}  # it warns of looks that overlap, which become one more look


def get_logger(name: str) -> FilteringBoundLogger:
    """The logger of a module, called with its `__name__`: `log.info("session.rejected", session_id=…, code=…)`."""
    logger: FilteringBoundLogger = structlog.get_logger(name)
    return logger


def configure_logging(*, level: LogLevel, form: LogFormat, stream: TextIO) -> None:
    """Send every log line of the process, ours and the libraries', to `stream`; a second call replaces the first."""
    logging.basicConfig(level=level, handlers=[_handler(form, stream)], force=True)
    for name, least in _CHATTY.items():
        logging.getLogger(name).setLevel(max(logging.getLevelNamesMapping()[level], least))
    structlog.configure(
        processors=[*_annotate(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def _handler(form: LogFormat, stream: TextIO) -> logging.Handler:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_annotate(), structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _mask, *_render(form, stream)],
        )
    )
    return handler


def _annotate() -> Sequence[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _mask(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {name: mask_field(name, value) for name, value in event.items()}


def _render(form: LogFormat, stream: TextIO) -> Sequence[Processor]:
    if form is LogFormat.CONSOLE:  # its own choice of traceback shows local variables, secrets among them
        plain = structlog.dev.plain_traceback
        return [structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=plain)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(serializer=_json)]


def _json(event: EventDict, **_: Any) -> str:
    return orjson.dumps(event, default=str, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS).decode()
