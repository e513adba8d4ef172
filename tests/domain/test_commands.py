from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from homecharge.domain.commands import (
    MOST_FOLLOW_UPS,
    Command,
    CommandState,
    Notification,
    changes_password,
    followed_until,
    follows,
)

NOW = datetime(2026, 11, 20, 11, 5, tzinfo=UTC)


def status(state: str, connector_id: int = 1) -> Notification:
    return Notification("StatusNotification", connector_id, {"connector_id": connector_id, "status": state})


BOOT = Notification("BootNotification", None, {})
BEAT = Notification("Heartbeat", None, {})
FIRMWARE = Notification("FirmwareStatusNotification", None, {"status": "Installed"})
DIAGNOSTICS = Notification("DiagnosticsStatusNotification", None, {"status": "Uploaded"})
METER = Notification("MeterValues", 1, {})
TRIGGER = "TriggerMessage"


@pytest.mark.parametrize(
    ("action", "payload", "is_one"),
    [
        ("ChangeConfiguration", {"key": "AuthorizationKey", "value": "00"}, True),
        ("ChangeConfiguration", {"key": " authorizationkey ", "value": "00"}, True),
        ("ChangeConfiguration", {"key": "AUTHORIZATIONKEY", "value": "00"}, True),
        ("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "60"}, False),
        ("ChangeConfiguration", {"key": 7}, False),
        ("GetConfiguration", {"key": ["AuthorizationKey"]}, False),
    ],
)
def test_a_password_is_changed_by_its_key_in_any_case(action: str, payload: dict[str, Any], *, is_one: bool):
    assert changes_password(action, payload) is is_one


@pytest.mark.parametrize(
    ("action", "payload", "lasting"),
    [
        ("ClearCache", {}, None),
        ("Reset", {"type": "Soft"}, timedelta(minutes=15)),
        ("TriggerMessage", {"requestedMessage": "Heartbeat"}, timedelta(minutes=2)),
        ("ChangeAvailability", {"type": "Operative"}, timedelta(minutes=2)),
        ("ChangeAvailability", {"type": "Inoperative"}, timedelta(days=1)),
        ("UpdateFirmware", {"retrieveDate": "2026-11-20T10:00:00Z"}, timedelta(days=1)),
        ("UpdateFirmware", {"retrieveDate": "2026-11-22T11:05:00Z"}, timedelta(days=3)),
        ("UpdateFirmware", {"retrieveDate": "9999-12-31T23:59:59Z"}, timedelta(days=31)),
        ("UpdateFirmware", {"retrieveDate": "2026-12-31T23:59:60Z"}, timedelta(days=1)),
    ],
)
def test_messages_follow_for_as_long_as_what_was_asked_may_take(
    action: str, payload: dict[str, Any], lasting: timedelta | None
):
    until = followed_until(action, payload, now=NOW)

    assert until == (None if lasting is None else NOW + lasting)


@pytest.mark.parametrize(
    ("notification", "action", "payload", "already", "is_one"),
    [
        (BOOT, "Reset", {"type": "Hard"}, 0, True),
        (BOOT, "Reset", {"type": "Hard"}, 1, False),
        (FIRMWARE, "Reset", {"type": "Hard"}, 0, False),
        (FIRMWARE, "UpdateFirmware", {}, 5, True),
        (FIRMWARE, "UpdateFirmware", {}, MOST_FOLLOW_UPS, False),
        (DIAGNOSTICS, "GetDiagnostics", {}, 0, True),
        (status("reserved"), "ReserveNow", {"connectorId": 1}, 0, True),
        (status("reserved"), "ReserveNow", {"connectorId": 0}, 0, True),
        (status("reserved", 2), "ReserveNow", {"connectorId": 1}, 0, False),
        (status("charging"), "ReserveNow", {"connectorId": 1}, 0, False),
        (status("available"), "CancelReservation", {"reservationId": 7}, 0, True),
        (status("unavailable", 0), "ChangeAvailability", {"connectorId": 0, "type": "Inoperative"}, 0, True),
        (status("charging"), "ChangeAvailability", {"connectorId": 0, "type": "Inoperative"}, 0, False),
        (status("finishing"), "ChangeAvailability", {"connectorId": 0, "type": "Operative"}, 0, True),
        (status("unavailable"), "ChangeAvailability", {"connectorId": 0, "type": "Operative"}, 0, False),
        (status("finishing"), "UnlockConnector", {"connectorId": 1}, 0, True),
        (status("available"), "ClearCache", {}, 0, False),
        (BEAT, TRIGGER, {"requestedMessage": "Heartbeat"}, 0, True),
        (BEAT, TRIGGER, {"requestedMessage": "Heartbeat"}, 1, False),
        (BEAT, TRIGGER, {"requestedMessage": "MeterValues"}, 0, False),
        (METER, TRIGGER, {"requestedMessage": "MeterValues", "connectorId": 1}, 0, True),
        (METER, TRIGGER, {"requestedMessage": "MeterValues", "connectorId": 2}, 0, False),
        (status("available", 3), TRIGGER, {"requestedMessage": "StatusNotification"}, 2, True),
        (status("available", 3), TRIGGER, {"requestedMessage": "StatusNotification", "connectorId": 3}, 1, False),
    ],
)
def test_a_message_follows_what_it_tells_of_and_only_so_often(
    notification: Notification, action: str, payload: dict[str, Any], already: int, *, is_one: bool
):
    assert follows(notification, action, payload, already=already) is is_one


@pytest.mark.parametrize("state", CommandState)
def test_a_command_is_over_once_it_is_neither_queued_nor_on_its_way(state: CommandState):
    command = Command(
        id="c",
        charger_id="x",
        action="ClearCache",
        payload={},
        state=state,
        status=None,
        answer=None,
        error=None,
        requested_by=None,
        created_at=NOW,
        updated_at=NOW,
        sent_at=None,
        answered_at=None,
        message_id=None,
        version=1,
    )

    assert command.is_over is (state not in {CommandState.QUEUED, CommandState.SENT})
