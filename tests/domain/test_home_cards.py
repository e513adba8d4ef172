"""Cards of homes: what may be one, and what a tap is to a pairing."""

from datetime import UTC, datetime

import pytest

from homecharge.domain.authorization_trace import State, Step
from homecharge.domain.home_cards import Pairing, PairingOutcome, PairingState, Tap, is_card_uid

NOW = datetime(2026, 11, 20, 11, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("uid", "is_one"),
    [
        *[(uid, True) for uid in ("1", "04a1b2c3d4", "x" * 20, "GB*PNG-7/1", "!~")],
        *[(uid, False) for uid in ("", "x" * 21, "04 A1", "04A1\n", "Käte", "\x00")],
    ],
)
def test_a_uid_is_visible_ascii_as_long_as_ocpp_allows(uid: str, *, is_one: bool):
    assert is_card_uid(uid) is is_one


@pytest.mark.parametrize(
    ("tap", "settles", "state"),
    [
        (Tap.PAIRED, PairingState.PAIRED, State.VALID),
        (Tap.IN_USE_ELSEWHERE, PairingState.IN_USE_ELSEWHERE, State.INVALID),
        (Tap.FULL, PairingState.CANCELLED, State.INVALID),
    ],
)
def test_a_tap_settles_the_pairing_and_is_a_step_of_the_decision(tap: Tap, settles: PairingState, state: State):
    found = PairingOutcome(pairing_id="1", tap=tap, card_id=None).finding

    assert tap.settles is settles
    assert (found.step, found.state, found.finding, found.code) == (Step.PAIRING, state, tap.value, None)


@pytest.mark.parametrize("state", PairingState)
def test_only_a_pairing_that_waits_is_worth_waiting_for(state: PairingState):
    pairing = Pairing(
        id="1",
        charger_id="2",
        name="Card",
        driver_id=None,
        requested_by="3",
        state=state,
        card_id=None,
        expires_at=NOW,
    )

    assert pairing.is_settled is (state is not PairingState.WAITING)
