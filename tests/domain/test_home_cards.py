"""Cards of homes: what may be one, and what a tap is to a pairing."""

from datetime import UTC, datetime

import pytest

from homecharge.domain.home_cards import HomeCard, Pairing, PairingState, Tap, is_card_uid
from homecharge.domain.session_view import Person

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
    ("tap", "settles"),
    [
        (Tap.PAIRED, PairingState.PAIRED),
        (Tap.IN_USE_ELSEWHERE, PairingState.IN_USE_ELSEWHERE),
        (Tap.FULL, PairingState.CANCELLED),
    ],
)
def test_a_tap_settles_the_pairing(tap: Tap, settles: PairingState):
    assert tap.settles is settles


@pytest.mark.parametrize(("driver", "driver_id"), [(None, None), (Person("7", "Ada"), "7")])
def test_a_card_names_the_member_whose_it_is(driver: Person | None, driver_id: str | None):
    card = HomeCard(
        id="1",
        uid="04A1",
        name="Keys",
        is_valid=True,
        driver=driver,
        location_id="2",
        revision=1,
        created_at=NOW,
        updated_at=NOW,
    )

    assert card.driver_id == driver_id


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
