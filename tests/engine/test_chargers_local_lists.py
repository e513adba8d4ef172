"""The cards that a charger knows without a line: told, changed, healed, and good for a charge that is told of later."""

from typing import Any

from sqlalchemy import delete, insert, select, update

from homecharge.domain.local_lists import ListState
from homecharge.domain.pages import Keyset
from homecharge.domain.session_state import Status
from homecharge.domain.support import SupportLocalList
from homecharge.services.local_lists import owe_local_lists
from homecharge.services.support import list_chargers
from homecharge.simulator.behaviour import Behaviour, Payload
from homecharge.simulator.charge_point import ChargePoint
from homecharge.simulator.local_list import LocalList
from homecharge.storage.models import Charger, GroupToken, TokenGroup, TokenGroupLocation
from homecharge.storage.types import new_id
from tests.engine.house import House, quick

KNOWN_ONLY = {"AllowOfflineTxForUnknownId": "false"}


def listing(**switches: Any) -> Behaviour:
    return quick(**{"local_list": True} | switches)


class Cards:
    """The home's own cards, each change of which is owed to its chargers."""

    def __init__(self, house: House, *uids: str) -> None:
        self._house = house
        self._group_id = new_id()
        group = {"id": self._group_id, "name": "Home", "home_id": house.home.id, "allow_concurrent": False}
        with house.container.database.write() as db:
            db.execute(insert(TokenGroup).values(**group | self._stamps()))
            db.execute(insert(TokenGroupLocation).values(group_id=self._group_id, location_id=house.home.id))
        self.change(add=uids)

    def _stamps(self) -> dict[str, Any]:
        return {"revision": 1, "created_at": self._house.now(), "updated_at": self._house.now()}

    def change(self, *, add: tuple[str, ...] = (), drop: tuple[str, ...] = ()) -> None:
        with self._house.container.database.write() as db:
            for uid in add:
                card = {"id": new_id(), "group_id": self._group_id, "uid": uid, "uid_key": uid, "name": uid}
                db.execute(insert(GroupToken).values(**card | self._stamps()))
            db.execute(delete(GroupToken).where(GroupToken.uid_key.in_(drop)))
            owe_local_lists(db, group_id=self._group_id, now=self._house.now())


def seen(house: House) -> SupportLocalList | None:
    """The list as support sees it."""
    with house.container.database.read() as db:
        return list_chargers(db, Keyset(), text=None, state=None, now=house.now()).items[0].local_list


async def until_kept(house: House, *, entries: int, version: int | None = None) -> None:
    def is_kept() -> bool:
        listed = seen(house)
        is_there = listed is not None and (listed.entries, listed.state) == (entries, ListState.KEPT)
        return is_there and (version is None or (listed is not None and listed.version == version))

    await house.until_true(is_kept)


async def until_refused(house: House) -> None:
    await house.until_true(lambda: (listed := seen(house)) is not None and listed.state is ListState.REFUSED)


def sent(cp: ChargePoint) -> list[tuple[str, int, int]]:
    """Kind, version and length of each update, the oldest first."""
    told = [frame.payload for frame in cp.received("SendLocalList")]
    return [(t["updateType"], t["listVersion"], len(t.get("localAuthorizationList", ()))) for t in told]


def a_day_passes(house: House) -> None:
    """The alarm of the next day rings now."""
    with house.container.database.write() as db:
        rung = {"local_list_at": house.now(), "local_list_fence": Charger.local_list_fence + 1}
        db.execute(update(Charger).values(**rung))


async def test_the_list_is_told_in_parts_and_then_by_its_changes(house: House) -> None:
    cards = Cards(house, "CAFE0001", "CAFE0002", "CAFE0003")
    configuration = {"SendLocalListMaxLength": "2", "LocalPreAuthorize": "true", "LocalAuthListEnabled": "false"}
    async with house.charge_point(behaviour=listing(), configuration=configuration) as cp:
        await until_kept(house, version=2, entries=3)
        cards.change(add=("CAFE0004",), drop=("CAFE0001",))
        await until_kept(house, version=3, entries=3)
        listed = [tag for tag in ("CAFE0001", "CAFE0004") if cp.cards.local_list.find(tag)]
        values = [cp.configuration.value(key) for key in ("LocalPreAuthorize", "LocalAuthListEnabled")]

    assert sent(cp) == [("Full", 1, 2), ("Differential", 2, 1), ("Differential", 3, 2)]
    assert listed == ["CAFE0004"]
    assert values == ["false", "true"]


async def test_a_list_that_was_lost_is_healed_with_a_full_one_daily_and_at_boot(house: House) -> None:
    Cards(house, "CAFE0001")
    async with house.charge_point(behaviour=listing()) as cp:
        await until_kept(house, version=1, entries=1)
        asked = len(cp.received("GetLocalListVersion"))
        a_day_passes(house)
        await house.until_true(lambda: len(cp.received("GetLocalListVersion")) > asked)
        await until_kept(house, version=1, entries=1)
        unchanged = sent(cp)
        cp.cards.local_list.forget()
        a_day_passes(house)
        await until_kept(house, version=2, entries=1)
        cp.cards.local_list.forget()
        await cp.reboot()
        await until_kept(house, version=3, entries=1)

    assert unchanged == [("Full", 1, 1)]
    assert sent(cp)[1:] == [("Full", 2, 1), ("Full", 3, 1)]


async def test_a_mismatch_is_healed_with_a_full_list(house: House) -> None:
    cards = Cards(house, "CAFE0001")
    async with house.charge_point(behaviour=listing()) as cp:
        await until_kept(house, version=1, entries=1)
        cp.behaviour.local_list_answer = "VersionMismatch"
        cards.change(add=("CAFE0002",))
        await house.until_true(lambda: len(sent(cp)) > 2)
        cp.behaviour.local_list_answer = None
        cards.change(add=("CAFE0003",))
        await until_kept(house, entries=3)

    assert [kind for kind, _, _ in sent(cp)[:3]] == ["Full", "Differential", "Full"]


class Shared(LocalList):
    """Somebody else tells the charger a list of theirs as soon as it has the first part of ours."""

    is_ours = True

    def update(self, payload: Payload) -> str:
        status = super().update(payload)
        if self.is_ours:
            self.is_ours = False
            theirs = {"idTag": "CAFE0009", "idTagInfo": {"status": "Accepted"}}
            super().update({"updateType": "Full", "listVersion": 40, "localAuthorizationList": [theirs]})
        return status


class WholeOnly(LocalList):
    """No change ever matches the version that it has."""

    def update(self, payload: Payload) -> str:
        return super().update(payload) if payload["updateType"] == "Full" else "VersionMismatch"


async def test_a_mismatch_within_a_list_is_healed_at_once_with_a_full_one_above_it(house: House) -> None:
    async with house.charge_point(behaviour=listing(), configuration={"SendLocalListMaxLength": "2"}) as cp:
        cp.cards.local_list = Shared(cp.configuration)
        Cards(house, "CAFE0001", "CAFE0002", "CAFE0003")
        await until_kept(house, version=42, entries=3)

    assert sent(cp) == [("Full", 1, 2), ("Differential", 2, 1), ("Full", 41, 2), ("Differential", 42, 1)]


async def test_a_list_that_never_matches_is_begun_anew_once_and_then_waits_for_its_alarm(house: House) -> None:
    async with house.charge_point(behaviour=listing(), configuration={"SendLocalListMaxLength": "2"}) as cp:
        cp.cards.local_list = WholeOnly(cp.configuration)
        Cards(house, "CAFE0001", "CAFE0002", "CAFE0003")
        await house.until_true(lambda: len(sent(cp)) >= 4 and tries(house) > 0)

    assert sent(cp)[:4] == [("Full", 1, 2), ("Differential", 2, 1), ("Full", 2, 2), ("Differential", 3, 1)]


def tries(house: House) -> int:
    """How many looks in a row have failed."""
    with house.container.database.read() as db:
        return db.scalar(select(Charger.local_list_tries)) or 0


async def test_a_charger_that_keeps_no_lists_is_asked_once(house: House) -> None:
    cards = Cards(house, "CAFE0001")
    async with house.charge_point(behaviour=listing(local_list_answer="NotSupported")) as cp:
        await until_refused(house)
        await cp.plug_in()
        boost = await house.until_drawing(house.boost())  # whatever the boot brought about is over
        asked, lines = len(sent(cp)), len(cp.received("TriggerMessage"))
        cards.change(add=("CAFE0002",))
        await cp.drop_line(for_s=0)
        await house.until_true(lambda: len(cp.received("TriggerMessage")) > lines)
        house.stop(boost)
        await house.until(boost, Status.COMPLETED)

    assert len(sent(cp)) == asked


async def test_a_listed_card_charges_without_a_line_and_its_charge_arrives_later(house: House) -> None:
    Cards(house, "CAFE0001")
    async with house.charge_point(behaviour=listing(), configuration=KNOWN_ONLY) as cp:
        await until_kept(house, version=1, entries=1)
        await cp.disconnect()
        await cp.plug_in()
        stranger = await cp.present_card("CAFE0009")
        member = await cp.present_card("cafe0001")
        charging = cp.state().status
        await cp.unplug()
        await cp.connect()
        await house.until_true(lambda: any(t.stopped_at for t in house.transactions()))

    assert (stranger, member, charging) == (False, True, "Charging")
    assert cp.sent("Authorize") == []
    assert [transaction.is_refused for transaction in house.transactions()] == [False]
