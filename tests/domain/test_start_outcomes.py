"""What became of a remote start: rows 12 to 14 of rejections.md, and row 3 where nothing was heard since."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from homecharge.domain.charger_state import ChargerState, ConnectorState, ConnectorStatus
from homecharge.domain.rejections import Code
from homecharge.domain.session_state import Answer, StopReason
from homecharge.domain.start_outcomes import confirm_deadline, start_failed
from tests.domain.builders import at, charger, connector, facts, foreign, offline, starting

HEARD = charger(last_seen_at=at("00:30:20"))
SILENT = charger(last_seen_at=at("00:29"))
DRIVER = {"stop_requested_at": at("00:30:10"), "stop_requested_as": StopReason.DRIVER}


@pytest.mark.parametrize(
    ("connection_timeout_s", "deadline"),
    [(None, "00:32"), (30, "00:32"), (110, "00:32"), (111, "00:32:01"), (300, "00:35:10")],
)
def test_a_transaction_may_confirm_for_two_minutes_or_as_long_as_the_charger_waits_for_a_plug(
    connection_timeout_s: int | None, deadline: str
):
    patience = timedelta(seconds=connection_timeout_s) if connection_timeout_s is not None else None

    assert confirm_deadline(facts(starting(), charger=charger(connection_timeout=patience))) == at(deadline)


def test_the_wait_begins_with_the_command_and_not_with_the_due_time():
    late = facts(starting(commanded_at=at("00:45"), answer=None))

    (reason,) = start_failed(late, now=at("00:47"))

    assert confirm_deadline(late) == at("00:47")
    assert reason.evidence[0].at == at("00:45")


@pytest.mark.parametrize(
    ("answer", "line", "now", "expected"),
    [
        (None, SILENT, "00:31:59", []),
        (None, SILENT, "00:32", [Code.CHARGER_OFFLINE]),
        (None, HEARD, "00:32", [Code.NO_ANSWER]),
        (Answer.ACCEPTED, SILENT, "00:31:59", []),
        (Answer.ACCEPTED, SILENT, "00:32", [Code.START_NOT_CONFIRMED]),
        (Answer.ACCEPTED, offline(), "00:32", [Code.START_NOT_CONFIRMED]),
        (Answer.REJECTED, HEARD, "00:30:01", [Code.CHARGER_REFUSED]),
        (Answer.ERROR, HEARD, "00:30:01", [Code.CHARGER_REFUSED]),
        (Answer.NO_ANSWER, HEARD, "00:30:30", [Code.NO_ANSWER]),
        (Answer.NO_ANSWER, charger(last_seen_at=at("00:30")), "00:30:30", [Code.CHARGER_OFFLINE]),
        (Answer.NO_ANSWER, charger(last_seen_at=None), "00:30:30", [Code.CHARGER_OFFLINE]),
        (Answer.NO_ANSWER, offline(last_seen_at=at("00:30:20")), "00:30:30", [Code.NO_ANSWER]),
        (Answer.NOT_SENT, HEARD, "00:30:01", [Code.CHARGER_OFFLINE]),
    ],
)
def test_an_answer_decides_at_once_and_silence_at_the_deadline(
    answer: Answer | None,
    line: ChargerState,
    now: str,
    expected: list[Code],
):
    reasons = start_failed(facts(starting(answer=answer), charger=line), now=at(now))

    assert [reason.code for reason in reasons] == expected


@pytest.mark.parametrize(
    ("answer", "evidence"),
    [
        (None, ["commanded", "delivery_unknown", "last_seen", "connector_status"]),
        (Answer.NO_ANSWER, ["commanded", "last_seen", "connector_status"]),
        (Answer.REJECTED, ["commanded", "start_answer", "connector_status"]),
        (Answer.ACCEPTED, ["commanded", "start_answer", "connector_status"]),
    ],
)
def test_the_evidence_says_when_it_was_commanded_and_what_came_of_it(answer: Answer | None, evidence: list[str]):
    (reason,) = start_failed(facts(starting(answer=answer)), now=at("00:32"))

    assert [fact.fact for fact in reason.evidence] == evidence
    assert reason.evidence[0].at == at("00:30")


def test_a_callerror_is_told_in_the_chargers_own_words():
    error = starting(answer=Answer.ERROR, command_error="InternalError: relay stuck")

    (reason,) = start_failed(facts(error), now=at("00:30:01"))

    assert (reason.variant, reason.params) == ("error", {"answer": "InternalError: relay stuck"})
    assert ("start_answer", "InternalError: relay stuck") in {(fact.fact, fact.value) for fact in reason.evidence}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (connector(ConnectorStatus.SUSPENDED_EV), [("connector_status", "suspended_ev", at("22:00"))]),
        (connector(reported_at=at("17:00")), []),  # of an earlier line
        (None, []),
    ],
)
def test_what_the_connector_said_is_evidence_where_it_is_no_reason(
    said: ConnectorState | None, expected: list[tuple[str, str, datetime]]
):
    (reason,) = start_failed(facts(starting(), connector=said), now=at("00:32"))

    assert reason.code is Code.START_NOT_CONFIRMED
    assert [(fact.fact, fact.value, fact.at) for fact in reason.evidence[2:]] == expected


@pytest.mark.parametrize(
    ("around", "expected"),
    [
        ({"connector": connector(ConnectorStatus.AVAILABLE)}, [Code.CAR_UNPLUGGED, Code.CHARGER_REFUSED]),
        ({"connector": connector(ConnectorStatus.FAULTED)}, [Code.CHARGER_FAULTED, Code.CHARGER_REFUSED]),
        ({"foreign": foreign(is_refused=True)}, [Code.ALREADY_IN_PROGRESS, Code.CHARGER_REFUSED]),
    ],
)
def test_the_first_reason_that_holds_by_then_is_the_code(around: dict[str, Any], expected: list[Code]):
    reasons = start_failed(facts(starting(answer=Answer.REJECTED), **around), now=at("00:30:01"))

    assert [reason.code for reason in reasons] == expected


@pytest.mark.parametrize(
    ("answer", "now", "code"),
    [
        (None, "00:31:59", None),  # a transaction that follows is stopped at once
        (None, "00:32", Code.CANCELLED),
        (Answer.ACCEPTED, "00:31:59", None),
        (Answer.ACCEPTED, "00:32", Code.CANCELLED),
        (Answer.REJECTED, "00:30:11", Code.CANCELLED),
        (Answer.NO_ANSWER, "00:30:30", Code.CANCELLED),
    ],
)
def test_a_stop_while_starting_is_a_cancellation_when_no_transaction_follows(
    answer: Answer | None, now: str, code: Code | None
):
    reasons = start_failed(facts(starting(answer=answer, **DRIVER)), now=at(now))

    assert [reason.code for reason in reasons[:1]] == ([code] if code else [])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"started_at": "00:30:10"}, [Code.ALREADY_IN_PROGRESS]),
        ({"started_at": "00:29:50"}, []),
        ({"started_at": "00:30:10", "is_refused": True}, []),
    ],
)
def test_a_card_that_was_quicker_ends_the_start_at_once(changes: dict[str, Any], expected: list[Code]):
    quicker = foreign(**changes | {"started_at": at(changes["started_at"])})

    reasons = start_failed(facts(starting(), foreign=quicker), now=at("00:30:20"))

    assert [reason.code for reason in reasons] == expected
