"""Every row of the table in authorization.md, reached by an OCPP client that nobody here wrote: word and code both."""

from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import delete

from homecharge.ports.units import Db
from homecharge.settings import OutboundPrivate
from homecharge.storage.models import Member
from tests.cards import add_card, add_group, add_open_transaction, add_provider, decisions, take
from tests.engine.house import House, open_house
from tests.homes import NOW
from tests.independent.ocpp_client import Client, connected
from tests.ocpi_provider import ProviderStub, provider_stub

ASKED: dict[str, Any] = {"whitelist": "NEVER"}
OFFLINE: dict[str, Any] = {"whitelist": "ALLOWED_OFFLINE"}


class Desk:
    """Shows cards and keeps what came of it."""

    def __init__(self, house: House, client: Client) -> None:
        self.house, self.client = house, client

    def write(self) -> AbstractContextManager[Db]:
        return self.house.container.database.write()

    async def show(self, uid: str) -> tuple[str, str]:
        """Authorize: the wire's word and our code."""
        answer = await self.client.call("Authorize", idTag=uid)
        with self.house.container.database.read() as db:
            return answer["idTagInfo"]["status"], str(decisions(db, uid)[-1].code)

    async def start(self, uid: str, connector_id: int = 1) -> tuple[str, str]:
        """StartTransaction: the same."""
        answer = await self.client.call(
            "StartTransaction",
            connectorId=connector_id,
            idTag=uid,
            meterStart=1_000,
            timestamp=self.house.now().isoformat(),
        )
        with self.house.container.database.read() as db:
            return answer["idTagInfo"]["status"], str(decisions(db, uid)[-1].code)


def _stock(db: Db, house: House, url: str) -> dict[str, str]:
    """Cards of every kind; the providers by name."""
    providers = {
        "Volt": add_provider(db, "VLT", live_url=url),
        "Shut": add_provider(db, "SHT", blocked_at=NOW),
        "Mute": add_provider(db, "MUT"),
        "Slow": add_provider(db, "SLW", live_url=url, live_timeout_s=0.3),
        "Gone": add_provider(db, "GNE", live_url="http://127.0.0.1:9/ocpi"),
    }
    home = house.home.id
    add_group(db, "Family", "LOCAL", "LOCAL-BLOCKED", locations=(home,), home_id=home)
    add_group(db, "Off", "LOCAL-OFF", locations=(home,), is_valid=False)
    add_group(db, "Fleet", "FLEET")
    add_card(db, "LOCAL-BLOCKED", providers["Shut"])
    add_card(db, "LISTED", providers["Volt"])
    add_card(db, "STALE", providers["Volt"], expires_at=NOW)
    add_card(db, "INVALID", providers["Volt"], is_valid=False)
    add_card(db, "BLOCKED", providers["Shut"])
    add_card(db, "LINKED", providers["Volt"], contract_key="NLVLTC1")
    add_card(db, "ODD", providers["Volt"], whitelist="SOMETIMES")
    for uid in ("ALLOWED", "REFUSED", "LATE", "POOR", "ELSEWHERE", "NOBODY", "LIAR"):
        add_card(db, uid, providers["Volt"], **ASKED)
    add_card(db, "MUTE", providers["Mute"], **ASKED)
    add_card(db, "SLOW", providers["Slow"], **ASKED)
    add_card(db, "SLOW-OFFLINE", providers["Slow"], **OFFLINE)
    add_card(db, "GONE", providers["Gone"], **ASKED)
    return providers


async def test_every_decision_reaches_the_charger_in_its_words(database_url: str, client_program: list[str]) -> None:
    async with (
        open_house(database_url, outbound_private=OutboundPrivate.ALLOW) as house,
        provider_stub() as stub,
        connected(house, client_program) as client,
    ):
        desk = Desk(house, client)
        with desk.write() as db:
            _stock(db, house, stub.url)
        found = await _at_a_private_place(desk) | await _at_an_open_place(desk, stub) | await _elsewhere(desk)
    assert found == {
        "G10": "Accepted",
        "G20": "Accepted",
        "G30": "Accepted",
        "G40": "Accepted",
        "G50": "Accepted",
        "G60": "Accepted",
        "G70": "Accepted",
        "A01": "Invalid",
        "A10": "Invalid",
        "A11": "Invalid",
        "A12": "Expired",
        "A20": "Invalid",
        "A30": "Invalid",
        "A31": "Blocked",
        "A32": "Invalid",
        "A40": "Blocked",
        "A50": "Invalid",
        "A61": "Invalid",
        "A70": "Invalid",
        "A71": "Blocked",
        "A72": "Expired",
        "A73": "Blocked",
        "A74": "Invalid",
        "A75": "Invalid",
        "A80": "ConcurrentTx",
        "A90": "Invalid",
        "A99": "Invalid",
    }


async def _at_a_private_place(desk: Desk) -> dict[str, str]:
    found: dict[str, str] = {}
    for uid, code in {
        " local ": "G20",
        "LOCAL-BLOCKED": "G20",
        "NOBODY-KNOWS": "A30",
        "LOCAL-OFF": "A31",
        "FLEET": "A32",
        "LISTED": "A20",
        "BLOCKED": "A40",
        "   ": "A01",
    }.items():
        word, got = await desk.show(uid)
        assert got == code, uid
        found[got] = word
    with desk.write() as db:
        take(db, desk.house.home.id, reimbursement={"type": "token", "contract_keys": ["NLVLTC1"]})
    for uid, code in {"LINKED": "G30", "LISTED": "A50"}.items():
        word, got = await desk.show(uid)
        assert got == code, uid
        found[got] = word
    return found


async def _at_an_open_place(desk: Desk, stub: ProviderStub) -> dict[str, str]:
    found: dict[str, str] = {}
    with desk.write() as db:
        take(db, desk.house.home.id, guest=True)
    stub.answers = {"ALLOWED": "ALLOWED", "REFUSED": "BLOCKED", "LATE": "EXPIRED"}
    stub.answers |= {"POOR": "NO_CREDIT", "ELSEWHERE": "NOT_ALLOWED"}
    for uid, code in {
        "STRANGER": "A10",
        "INVALID": "A11",
        "STALE": "A12",
        "LISTED": "G50",
        "ALLOWED": "G60",
        "REFUSED": "A71",
        "LATE": "A72",
        "POOR": "A73",
        "ELSEWHERE": "A74",
        "NOBODY": "A10",
        "MUTE": "A75",
        "GONE": "A70",
        "ODD": "A90",
    }.items():
        word, got = await desk.show(uid)
        assert got == code, uid
        found[got] = word
    stub.answers["LIAR"], stub.answers_about = "ALLOWED", "SOMEBODY-ELSE"
    assert await desk.show("LIAR") == ("Invalid", "A75")
    stub.gate.clear()
    assert await desk.show("SLOW") == ("Invalid", "A70")
    found["G70"], got = await desk.show("SLOW-OFFLINE")
    assert got == "G70"
    return found


async def _elsewhere(desk: Desk) -> dict[str, str]:
    """What needs a transaction, a session, or a fault of ours."""
    house, client = desk.house, desk.client
    found: dict[str, str] = {}
    other = house.add_charger("CP2")
    await client.status("Preparing")
    house.boost()
    tag = (await client.expect("RemoteStartTransaction"))["idTag"]
    found["G40"], got = await desk.show(tag)
    assert got == "G40"
    with desk.write() as db:
        db.execute(delete(Member).where(Member.account_id == house.driver.account_id))
    found["A61"], got = await desk.show(tag)
    assert got == "A61"
    with desk.write() as db:
        add_open_transaction(db, other.id, "LISTED", at=house.now())
    found["A80"], got = await desk.start("LISTED", connector_id=2)
    assert got == "A80"
    with desk.write() as db:
        take(db, house.home.id, reimbursement={"nonsense": True})
    found["A99"], got = await desk.show("BROKEN")
    assert got == "A99"
    with desk.write() as db:
        take(db, house.home.id, accept_any=True)
    found["G10"], got = await desk.show("ANYBODY")
    assert got == "G10"
    return found
