"""What we tell a charger: one call at a time, stops first, and a reply for whatever becomes of it."""

import asyncio
import json
from typing import Any

import pytest

from homecharge.gateway.server import Gateway
from homecharge.ports.charger_link import (
    ChangeAvailability,
    ChangeConfiguration,
    ClearCache,
    Command,
    GetConfiguration,
    Outcome,
    RemoteStart,
    RemoteStop,
    Reply,
    Reset,
    TriggerMessage,
    UnlockConnector,
)
from tests.fakes.charger_events import RecordingChargerEvents
from tests.gateway.charger import Charger

ID = "id-CP-1"
START = RemoteStart(1, "00112233445566778899")


def _begin(gateway: Gateway, command: Command, *, timeout_s: float = 30) -> asyncio.Task[Reply]:
    return asyncio.create_task(gateway.send(ID, command, timeout_s=timeout_s))


@pytest.mark.parametrize(
    ("command", "action", "payload", "answer", "outcome"),
    [
        (START, "RemoteStartTransaction", {"connectorId": 1, "idTag": START.id_tag}, "Accepted", Outcome.ACCEPTED),
        (START, "RemoteStartTransaction", {"connectorId": 1, "idTag": START.id_tag}, "Rejected", Outcome.REJECTED),
        (RemoteStop(7), "RemoteStopTransaction", {"transactionId": 7}, "Accepted", Outcome.ACCEPTED),
        (RemoteStop(7), "RemoteStopTransaction", {"transactionId": 7}, "Scheduled", Outcome.REJECTED),
        (
            TriggerMessage("StatusNotification"),
            "TriggerMessage",
            {"requestedMessage": "StatusNotification"},
            "NotImplemented",
            Outcome.REJECTED,
        ),
        (
            TriggerMessage("MeterValues", 2),
            "TriggerMessage",
            {"requestedMessage": "MeterValues", "connectorId": 2},
            "Accepted",
            Outcome.ACCEPTED,
        ),
        (
            ChangeConfiguration("K", "V"),
            "ChangeConfiguration",
            {"key": "K", "value": "V"},
            "RebootRequired",
            Outcome.ACCEPTED,
        ),
        (
            ChangeConfiguration("K", "V"),
            "ChangeConfiguration",
            {"key": "K", "value": "V"},
            "NotSupported",
            Outcome.REJECTED,
        ),
        (Reset(is_hard=True), "Reset", {"type": "Hard"}, "Accepted", Outcome.ACCEPTED),
        (Reset(is_hard=False), "Reset", {"type": "Soft"}, "Rejected", Outcome.REJECTED),
        (UnlockConnector(1), "UnlockConnector", {"connectorId": 1}, "Unlocked", Outcome.ACCEPTED),
        (UnlockConnector(1), "UnlockConnector", {"connectorId": 1}, "UnlockFailed", Outcome.REJECTED),
        (
            ChangeAvailability(0, is_operative=False),
            "ChangeAvailability",
            {"connectorId": 0, "type": "Inoperative"},
            "Scheduled",
            Outcome.ACCEPTED,
        ),
        (
            ChangeAvailability(1, is_operative=True),
            "ChangeAvailability",
            {"connectorId": 1, "type": "Operative"},
            "Rejected",
            Outcome.REJECTED,
        ),
        (ClearCache(), "ClearCache", {}, "Accepted", Outcome.ACCEPTED),
    ],
)
async def test_a_command_is_sent_and_its_answer_understood(
    gateway: Gateway,
    charger: Charger,
    command: Command,
    action: str,
    payload: dict[str, Any],
    answer: str,
    outcome: Outcome,
):
    pending = _begin(gateway, command)
    call = await charger.receive()
    await charger.send([3, call[1], {"status": answer}])
    reply = await pending

    assert (call[0], call[2], call[3]) == (2, action, payload)
    assert (reply.outcome, reply.status) == (outcome, answer)
    assert reply.sent_at is not None
    assert reply.answered_at is not None
    assert reply.sent_at <= reply.answered_at


async def test_a_configuration_is_read_with_unknown_keys(gateway: Gateway, charger: Charger):
    pending = _begin(gateway, GetConfiguration(("A", "B", "C")))
    call = await charger.receive()
    keys = [{"key": "A", "readonly": True, "value": "1"}, {"key": "B", "readonly": False, "vendor": 1}]
    await charger.send([3, call[1], {"configurationKey": keys, "unknownKey": ["C"]}])
    reply = await pending

    assert call[3] == {"key": ["A", "B", "C"]}
    assert reply.outcome is Outcome.ACCEPTED
    assert (reply.configuration, reply.unknown_keys) == ({"A": "1", "B": None}, ("C",))


async def test_settings_are_read_in_any_case_and_are_called_as_ocpp_calls_them(gateway: Gateway, charger: Charger):
    pending = _begin(gateway, GetConfiguration())
    call = await charger.receive()
    keys = [{"key": key, "readonly": False, "value": "60"} for key in ("connectionTimeout", "acmeGlow")]
    await charger.send([3, call[1], {"configurationKey": keys}])

    assert (await pending).configuration == {"ConnectionTimeOut": "60", "acmeGlow": "60"}


async def test_a_broken_setting_takes_no_other_along(gateway: Gateway, charger: Charger):
    pending = _begin(gateway, GetConfiguration())
    call = await charger.receive()
    keys = [
        {"value": "of nothing", "readonly": True},
        {"key": "A", "value": "1"},
        {"key": "B", "readonly": "no", "value": 2},
        {"key": 3, "readonly": False},
        {"key": "C", "readonly": False, "value": "3"},
    ]
    await charger.send([3, call[1], {"configurationKey": keys, "unknownKey": ["D", 5]}])
    reply = await pending

    assert (reply.outcome, reply.configuration, reply.unknown_keys) == (Outcome.ACCEPTED, {"A": "1", "C": "3"}, ("D",))
    assert reply.payload == {
        "configurationKey": [{"key": "A", "value": "1"}, {"key": "C", "readonly": False, "value": "3"}],
        "unknownKey": ["D"],
    }


async def test_an_answer_without_settings_in_it_is_an_error(gateway: Gateway, charger: Charger):
    pending = _begin(gateway, GetConfiguration())
    call = await charger.receive()
    await charger.send([3, call[1], {"configurationKey": {"A": "1"}}])

    assert (await pending).outcome is Outcome.ERROR


async def test_asking_for_all_settings_names_none(gateway: Gateway, charger: Charger):
    pending = _begin(gateway, GetConfiguration())
    call = await charger.receive()
    await charger.send([3, call[1], {}])

    assert call[3] == {}
    assert (await pending).outcome is Outcome.ACCEPTED


async def test_a_callerror_is_an_error_with_its_code(gateway: Gateway, charger: Charger):
    pending = _begin(gateway, START)
    call = await charger.receive()
    await charger.send([4, call[1], "NotSupported", "not today", {"x": 1}])
    reply = await pending

    assert (reply.outcome, reply.status, reply.detail) == (Outcome.ERROR, "NotSupported", "not today")


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ([3, "{id}", {}], "ProtocolError"),
        ([3, "{id}", {"status": 5}], "TypeConstraintViolation"),
        ([3, "{id}", {"status": json.loads("[" * 500 + "]" * 500)}], "FormationViolation"),
        ([3, "{id}", None], "FormationViolation"),
        ([3, "{id}"], "FormationViolation"),
        ([4, "{id}"], "FormationViolation"),
        ([4, "{id}", "GenericError"], "GenericError"),
    ],
)
async def test_an_answer_that_breaks_the_rules_is_an_error(
    gateway: Gateway, charger: Charger, answer: list[Any], status: str
):
    pending = _begin(gateway, START)
    call = await charger.receive()
    await charger.send([call[1] if part == "{id}" else part for part in answer])
    reply = await pending

    assert (reply.outcome, reply.status) == (Outcome.ERROR, status)
    assert await charger.is_served()


async def test_a_word_that_nobody_defined_is_no_agreement(gateway: Gateway, charger: Charger):
    pending = _begin(gateway, START)
    call = await charger.receive()
    await charger.send([3, call[1], {"status": "Perhaps", "vendor": 1}])
    reply = await pending

    assert (reply.outcome, reply.status) == (Outcome.REJECTED, "Perhaps")


async def test_calls_go_one_at_a_time_stops_first_then_starts_then_the_rest(gateway: Gateway, charger: Charger):
    first = _begin(gateway, TriggerMessage("Heartbeat"))
    seen = [await charger.receive()]
    others = [_begin(gateway, command) for command in (ClearCache(), START, Reset(is_hard=True), RemoteStop(7))]
    await asyncio.sleep(0)

    for _ in range(4):
        assert await charger.is_served()  # nothing else is on its way
        await charger.send([3, seen[-1][1], {"status": "Accepted"}])
        seen.append(await charger.receive())
    await charger.send([3, seen[-1][1], {"status": "Accepted"}])

    replies = await asyncio.gather(first, *others)
    assert [call[2] for call in seen] == [
        "TriggerMessage",
        "RemoteStopTransaction",
        "RemoteStartTransaction",
        "ClearCache",
        "Reset",
    ]
    assert {reply.outcome for reply in replies} == {Outcome.ACCEPTED}


async def test_a_timeout_runs_from_the_sending_and_lets_the_next_call_go(gateway: Gateway, charger: Charger):
    slow = _begin(gateway, TriggerMessage("Heartbeat"), timeout_s=0.3)
    await charger.receive()
    quick = _begin(gateway, ClearCache(), timeout_s=0.2)  # less than it will wait for its turn

    reply = await slow
    call = await charger.receive()
    await charger.send([3, call[1], {"status": "Accepted"}])

    assert reply.outcome is Outcome.NO_ANSWER
    assert reply.answered_at is None
    assert (await quick).outcome is Outcome.ACCEPTED


async def test_a_late_answer_is_ignored(gateway: Gateway, charger: Charger):
    unanswered = _begin(gateway, START, timeout_s=0.05)
    late = await charger.receive()
    assert (await unanswered).outcome is Outcome.NO_ANSWER
    pending = _begin(gateway, START)
    call = await charger.receive()

    await charger.send([3, late[1], {"status": "Rejected"}])
    await charger.send([3, call[1], {"status": "Accepted"}])

    assert (await pending).outcome is Outcome.ACCEPTED


async def test_silence_and_deafness_can_be_told_apart(gateway: Gateway, charger: Charger):
    silent = _begin(gateway, START, timeout_s=0.1)
    await charger.receive()
    silence = await silent

    deaf = _begin(gateway, START, timeout_s=0.1)
    await charger.receive()
    assert await charger.is_served()
    deafness = await deaf

    assert silence.heard_at is not None
    assert silence.sent_at is not None
    assert silence.heard_at < silence.sent_at
    assert deafness.heard_at is not None
    assert deafness.sent_at is not None
    assert deafness.heard_at > deafness.sent_at


async def test_without_a_line_nothing_is_sent(gateway: Gateway):
    reply = await gateway.send("id-CP-1", START, timeout_s=30)

    assert reply == Reply(outcome=Outcome.NOT_SENT)


async def test_a_line_that_goes_away_leaves_a_sent_call_unanswered_and_a_queued_one_unsent(
    gateway: Gateway, charger: Charger, events: RecordingChargerEvents
):
    sent = _begin(gateway, Reset(is_hard=True))
    await charger.receive()
    queued = _begin(gateway, START)
    await asyncio.sleep(0)

    charger.socket.transport.abort()

    assert (await sent).outcome is Outcome.NO_ANSWER
    assert (await queued).outcome is Outcome.NOT_SENT
    await events.until(lambda: len(events.closed) == 1)
    assert not gateway.is_connected(ID)


async def test_a_caller_that_gives_up_before_its_turn_leaves_no_trace(gateway: Gateway, charger: Charger):
    first = _begin(gateway, ClearCache())
    call = await charger.receive()
    given_up = _begin(gateway, START)
    await asyncio.sleep(0)
    given_up.cancel()

    await charger.send([3, call[1], {"status": "Accepted"}])

    assert (await first).outcome is Outcome.ACCEPTED
    assert await charger.is_served()


async def test_a_reply_says_which_logged_frame_was_the_command(
    gateway: Gateway, charger: Charger, events: RecordingChargerEvents
):
    pending = _begin(gateway, START)
    call = await charger.receive()
    await charger.send([3, call[1], {"status": "Accepted"}])
    reply = await pending

    sent, answered = events.frames
    assert (sent.direction, sent.kind, sent.action, sent.id) == ("out", "call", call[2], reply.message_id)
    assert (answered.direction, answered.kind, answered.action) == ("in", "result", call[2])
    assert sent.ocpp_id == answered.ocpp_id == call[1]
