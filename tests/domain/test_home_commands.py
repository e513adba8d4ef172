"""What the people of a home have their charger told."""

from datetime import UTC, datetime
from typing import Any

import pytest

from homecharge.domain.commands import Command, CommandState, FollowUp
from homecharge.domain.home_commands import TOLD, Deed, find_connector, find_deed, order_of, told_of
from homecharge.domain.texts import ENGLISH
from homecharge.domain.texts.catalogue import Language

NOW = datetime(2026, 11, 20, 11, 5, tzinfo=UTC)
BOOT = FollowUp(at=NOW, action="BootNotification", detail={}, message_id=None)


def command(action: str, state: CommandState, status: str | None = None, *followed: FollowUp) -> Command:
    nothing: dict[str, Any] = dict.fromkeys(("answer", "error", "requested_by", "sent_at", "answered_at", "message_id"))
    return Command(
        id="id",
        charger_id="charger",
        action=action,
        payload={},
        state=state,
        status=status,
        created_at=NOW,
        updated_at=NOW,
        version=1,
        follow_ups=followed,
        **nothing,
    )


@pytest.mark.parametrize("deed", Deed)
def test_a_deed_is_found_again_in_its_command(deed: Deed):
    action, payload = order_of(deed, connector_id=2)

    assert find_deed(action) is deed
    assert find_connector(payload) == (2 if deed is Deed.UNLOCK_CABLE else None)


def test_what_only_operators_ask_for_is_no_deed():
    assert find_deed("ChangeConfiguration") is None


@pytest.mark.parametrize(
    ("deed", "state", "status", "followed", "expected"),
    [
        (Deed.RESTART, CommandState.QUEUED, None, (), "queued"),
        (Deed.RESTART, CommandState.ACCEPTED, "Accepted", (), "accepted"),
        (Deed.RESTART, CommandState.NO_ANSWER, None, (BOOT,), "done"),
        (Deed.UNLOCK_CABLE, CommandState.ACCEPTED, "Unlocked", (), "accepted"),
        (Deed.UNLOCK_CABLE, CommandState.ACCEPTED, "Unlocked", (BOOT,), "accepted"),
        (Deed.UNLOCK_CABLE, CommandState.REJECTED, "UnlockFailed", (), "rejected"),
        (Deed.UNLOCK_CABLE, CommandState.REJECTED, "NotSupported", (), "NotSupported"),
    ],
)
def test_people_are_told_how_far_it_is(
    deed: Deed, state: CommandState, status: str | None, followed: tuple[FollowUp, ...], expected: str
):
    assert told_of(deed, command(order_of(deed)[0], state, status, *followed)) == expected


@pytest.mark.parametrize("language", [ENGLISH])
def test_there_are_words_for_all_of_it_and_nothing_else(language: Language):
    assert set(language.deeds) == {(deed, told) for deed in Deed for told in TOLD[deed]}
