"""Whose lists a change of providers' tokens concerns: those of the places that pay them back, before or after it."""

import io
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from homecharge.domain.token_files import TokenFormat, read_tokens
from homecharge.ports.units import Db
from homecharge.services.location_access import get_access, put_access
from homecharge.services.providers import change_provider, get_provider
from homecharge.services.roaming_tokens import change_token
from homecharge.services.token_imports import import_tokens
from homecharge.storage.database import Database
from homecharge.storage.models import Charger as ChargerRow
from homecharge.storage.queries.roaming_tokens import find_token_of
from tests.cards import add_card, add_provider
from tests.homes import NOW, make_charger, make_home, sign_up

LATER = NOW + timedelta(hours=1)
PAID: dict[str, dict[str, Any] | None] = {
    "contract": {"type": "token", "contract_ids": ["GB-ABC-C1"]},
    "uid": {"type": "token", "uids": ["04A1"]},
    "unit": {"type": "organisation_unit", "code": "Fleet"},
    "nothing": None,
}


class World:
    """Homes that pay back by contract, by uid and by organisation, and one that pays nothing back."""

    def __init__(self, db: Db) -> None:
        ada = sign_up(db)
        self.chargers = {name: make_charger(db, ada, make_home(db, ada), name.upper()) for name in PAID}
        for name, reimbursement in PAID.items():
            pay_back(db, self.chargers[name].location_id, reimbursement)
        db.execute(update(ChargerRow).values(local_list_at=None))

    def owed(self, db: Db) -> set[str]:
        """The homes whose lists are looked at; they are settled by that."""
        due = set(db.scalars(select(ChargerRow.id).where(ChargerRow.local_list_at.is_not(None))))
        db.execute(update(ChargerRow).values(local_list_at=None))
        return {name for name, charger in self.chargers.items() if charger.id in due}


def pay_back(db: Db, location_id: str, reimbursement: dict[str, Any] | None) -> None:
    access = get_access(db, location_id, for_update=True)
    closed = {"roaming": False, "guest": False, "accept_any": False}
    put_access(db, access, **closed, reimbursement=reimbursement, caller=None, now=NOW)


def take_over(db: Db, text: str) -> None:
    lines = read_tokens(io.StringIO(f"uid,contract_id,organisation_unit\n{text}", newline=""), TokenFormat.CSV)
    import_tokens(db, lines, party=None, caller=None, now=LATER)


@pytest.fixture
def world(database: Database) -> World:
    with database.write() as db:
        return World(db)


def test_an_imported_card_is_owed_to_the_places_that_pay_it_back(database: Database, world: World) -> None:
    with database.write() as db:
        take_over(db, "04B1,,\n")
        stranger = world.owed(db)
        take_over(db, "04B1,,\n04B2,gb*abc*c1,\n")
        colleague = world.owed(db)
        take_over(db, "04a1,,FLEET\n")
        both = world.owed(db)

    assert (stranger, colleague, both) == (set(), {"contract"}, {"uid", "unit"})


def test_an_imported_card_that_is_another_one_now_is_owed_to_the_places_that_paid_it_back(
    database: Database, world: World
) -> None:
    with database.write() as db:
        take_over(db, "04B1,GB-ABC-C1,Fleet\n")
        world.owed(db)
        take_over(db, "04B1,GB-ABC-C1,Fleet\n")
        same = world.owed(db)
        take_over(db, "04B1,GB-ABC-C2,\n")
        left = world.owed(db)

    assert (same, left) == (set(), {"contract", "unit"})


def test_an_edited_card_is_owed_where_it_was_and_where_it_is_paid_back(database: Database, world: World) -> None:
    with database.write() as db:
        add_card(db, "04B1", contract_id="GB-ABC-C1", contract_key="GBABCC1")
        token = find_token_of(db, "04B1")
        assert token is not None
        change_token(db, token, {"contract_id": None, "organisation_unit": "fleet"}, caller=None, now=LATER)

        assert world.owed(db) == {"contract", "unit"}


def test_a_blocked_provider_is_owed_where_any_of_its_cards_is_paid_back(database: Database, world: World) -> None:
    with database.write() as db:
        mine, other = add_provider(db, "ONE"), add_provider(db, "TWO")
        add_card(db, "04A1", mine)
        add_card(db, "04B1", mine, organisation_key="FLEET")
        add_card(db, "04B2", other, contract_key="GBABCC1")
        provider = get_provider(db, mine, for_update=True)
        change_provider(db, provider, {}, blocked=True, allow_private=False, caller=None, now=LATER)

        assert world.owed(db) == {"uid", "unit"}


def test_a_place_that_pays_back_other_cards_is_owed_no_more_for_the_first(database: Database, world: World) -> None:
    with database.write() as db:
        pay_back(db, world.chargers["uid"].location_id, {"type": "token", "uids": ["04C1"]})
        world.owed(db)
        take_over(db, "04A1,,\n")

        assert world.owed(db) == set()
