"""Everything about a uid."""

import dataclasses
from datetime import UTC, datetime

import pytest

from homecharge.domain.card_page import CardPage, GroupEntry, HomeEntry, OpenTransaction

NOTHING = CardPage(uid="04A1B2C3D4", token=None, groups=(), homes=(), charging=(), authorizations=())
ENTRY = GroupEntry(
    group_id="g", group="Taxis", name="Cab 7", is_valid=True, allow_concurrent=True, location_ids=(), charger_ids=()
)
CARD = HomeEntry(card_id="c", name="Ada's", is_valid=True, driver=None, location_id="l", location="Home")
CHARGE = OpenTransaction(
    transaction_id=7,
    session_id=None,
    reference=None,
    charger_id="p",
    charger="GARAGE",
    connector_id=1,
    started_at=datetime(2026, 11, 20, 11, 5, tzinfo=UTC),
)


@pytest.mark.parametrize("known", [{"groups": (ENTRY,)}, {"homes": (CARD,)}, {"charging": (CHARGE,)}])
def test_a_page_is_blank_unless_somebody_knows_the_uid(known: dict[str, tuple[object, ...]]):
    assert NOTHING.is_blank
    assert not dataclasses.replace(NOTHING, **known).is_blank
