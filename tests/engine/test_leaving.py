"""Whoever is taken out of a home charges there no longer, over a real socket."""

from datetime import timedelta

import pytest

from homecharge.domain.access import MemberRole
from homecharge.domain.chargers import LineState
from homecharge.domain.session_state import Session, Status, StopReason
from homecharge.services.boosts import Boost, boost
from homecharge.services.leaving import part
from homecharge.services.members import get_member
from tests.engine.house import House
from tests.homes import join, sign_up

BOOST = Boost(limit=None, connector_id=1, window=timedelta(minutes=10))


NEVER_S = 600


class Guest:
    """Ben, who charges at Ada's, and is taken out of her home."""

    def __init__(self, house: House) -> None:
        self.house = house
        with house.container.database.write() as db:
            self.ben = sign_up(db, "Ben")
            join(db, house.home, self.ben, MemberRole.USER)

    def boost(self) -> Session:
        with self.house.container.database.write() as db:
            return boost(db, self.house.charger_id(), BOOST, caller=self.ben, now=self.house.now())

    def go(self) -> None:
        with self.house.container.database.write() as db:
            member = get_member(db, self.house.home.id, self.ben.account_id)
            part(db, member, caller=self.house.driver, now=self.house.now())


@pytest.mark.parametrize("is_offline", [False, True])
async def test_what_a_former_member_charges_is_stopped_and_nothing_follows_it(
    house: House, *, is_offline: bool
) -> None:
    async with house.charge_point() as cp:
        guest = Guest(house)
        await cp.plug_in()
        session = await house.until_drawing(guest.boost())
        house.change(charge_now=True)
        if is_offline:
            await cp.drop_line(for_s=NEVER_S)
            await house.until_line(LineState.OFFLINE)
        guest.go()
        if is_offline:
            await cp.drop_line(for_s=0)

        done = await house.until(session, Status.COMPLETED)

    assert done.stop_reason is StopReason.DRIVER
    assert done.stop_requested_by == house.driver.account_id
    assert [each.id for each in house.sessions()] == [session.id]
