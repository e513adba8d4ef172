import io
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import structlog

from homecharge.observability.logging import configure_logging, get_logger
from homecharge.settings import LogFormat, LogLevel

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(restored_logging: None) -> Lines:
    stream = io.StringIO()
    configure_logging(level=LogLevel.INFO, form=LogFormat.JSON, stream=stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_json_line_with_its_values(lines: Lines) -> None:
    session_id = UUID("019a9ed2-2ab0-7000-8000-000000000000")

    get_logger("homecharge.engine.starts").info(
        "session.rejected", session_id=session_id, code="car_unplugged", due_at=datetime(2026, 11, 20, tzinfo=UTC)
    )

    (line,) = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "session.rejected",
        "level": "info",
        "logger": "homecharge.engine.starts",
        "session_id": str(session_id),
        "code": "car_unplugged",
        "due_at": "2026-11-20T00:00:00Z",
    }


def test_lines_name_what_they_belong_to_also_those_of_libraries(lines: Lines) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r1", charger_id="c1"):
        get_logger("homecharge").info("charger.connected")
        logging.getLogger("some.library").warning("%s is odd", "this")
    get_logger("homecharge").info("charger.gone")

    assert [(line["event"], line.get("request_id"), line.get("charger_id")) for line in lines()] == [
        ("charger.connected", "r1", "c1"),
        ("this is odd", "r1", "c1"),
        ("charger.gone", None, None),
    ]


def test_secrets_are_masked_wherever_they_were_bound(lines: Lines) -> None:
    with structlog.contextvars.bound_contextvars(authorization="Bearer hidden"):
        get_logger("homecharge").info("card.refused", id_tag="04A1B2C3D4", payload={"password": "hidden"})
        logging.getLogger("some.library").error("no", extra={"refresh_token": "hidden"})

    ours, theirs = lines()
    assert (ours["id_tag"], ours["payload"], ours["authorization"]) == ("04A1…D4", {"password": "…"}, "…")
    assert theirs["refresh_token"] == "…"
    assert "hidden" not in json.dumps([ours, theirs])


def test_a_stack_is_told_with_the_failure(lines: Lines) -> None:
    try:
        int("nothing")
    except ValueError:
        get_logger("homecharge").exception("tick.failed")
        logging.getLogger("some.library").exception("failed too")

    assert [line["exception"].splitlines()[-1] for line in lines()] == [
        "ValueError: invalid literal for int() with base 10: 'nothing'"
    ] * 2


def test_what_is_below_the_level_or_library_chatter_is_not_written(lines: Lines) -> None:
    get_logger("homecharge").debug("frame.read")
    logging.getLogger("websockets.server").info("connection open")
    logging.getLogger("websockets.server").warning("connection lost")

    assert [line["event"] for line in lines()] == ["connection lost"]


def test_a_value_json_does_not_know_is_written_as_its_words(lines: Lines) -> None:
    get_logger("homecharge").info("odd", value={1: {ValueError("x")}})

    assert lines()[0]["value"] == {"1": "{ValueError('x')}"}


def test_the_console_form_is_for_people(restored_logging: None) -> None:
    stream = io.StringIO()
    configure_logging(level=LogLevel.DEBUG, form=LogFormat.CONSOLE, stream=stream)

    try:
        int("nothing")
    except ValueError:
        get_logger("homecharge").exception("tick.failed", tick="starts", token="hidden")

    assert "tick.failed" in stream.getvalue()
    assert "tick=starts" in stream.getvalue()
    assert "ValueError: invalid literal" in stream.getvalue()
    assert "hidden" not in stream.getvalue().partition("Traceback")[0]


def test_a_second_configuration_replaces_the_first(lines: Lines) -> None:
    second = io.StringIO()
    log = get_logger("homecharge")
    log.info("first")

    configure_logging(level=LogLevel.ERROR, form=LogFormat.JSON, stream=second)
    log.info("unheard")
    log.error("second")

    assert [line["event"] for line in lines()] == ["first"]
    assert [json.loads(line)["event"] for line in second.getvalue().splitlines()] == ["second"]
