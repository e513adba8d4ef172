"""What a home has left over, on both databases."""

from datetime import timedelta

import pytest

from homecharge.domain.accounts import Caller
from homecharge.domain.errors import Invalid
from homecharge.domain.homes import Location, Surplus
from homecharge.domain.pages import Keyset
from homecharge.ports.units import Db
from homecharge.services.locations import get_location, list_locations
from homecharge.services.surplus import post_surplus
from homecharge.storage.database import Database
from tests.homes import NOW, make_home, sign_up

MINUTE = timedelta(minutes=1)


def post(db: Db, home: Location, ada: Caller, power_w: int, *, ago: timedelta) -> None:
    locked = get_location(db, home.id, caller=ada, for_update=True)
    post_surplus(db, locked, power_w=power_w, at=NOW - ago, now=NOW)


def test_a_home_keeps_the_newest_surplus(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        home, other = make_home(db, ada), make_home(db, ada)

        post(db, home, ada, 1_200, ago=2 * MINUTE)
        post(db, home, ada, 2_400, ago=MINUTE)
        post(db, home, ada, 600, ago=2 * MINUTE)

        found = get_location(db, home.id, caller=ada)
        listed = list_locations(db, Keyset(), caller=ada, now=NOW).items

    assert home.surplus is None
    assert (found.surplus, found.revision) == (Surplus(2_400, NOW - MINUTE), home.revision)
    assert [each.surplus for each in listed] == [found.surplus, other.surplus]


def test_a_surplus_is_not_of_the_future(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        home = make_home(db, ada)

        post(db, home, ada, 0, ago=-MINUTE)
        with pytest.raises(Invalid) as refused:
            post(db, home, ada, 1, ago=-MINUTE - timedelta(seconds=1))

        assert get_location(db, home.id, caller=ada).surplus == Surplus(0, NOW + MINUTE)
    assert list(refused.value.errors) == ["at"]
