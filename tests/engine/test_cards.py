"""Cards held to chargers over a socket: what a decision is asked of, and what follows from it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from homecharge.domain.accounts import Role
from homecharge.domain.chargers import LineState
from homecharge.domain.session_state import Kind, Session, Status
from homecharge.services import checking, pairing
from homecharge.services.chargers import get_charger
from homecharge.services.partner_starts import PartnerStartRefused, start_for_partner
from homecharge.settings import OutboundPrivate, WireStatuses
from tests.cards import add_card, add_group, add_provider, change_card, decisions, take
from tests.engine.house import House, open_house, quick, seconds
from tests.gateway.charger import Charger, basic, dial
from tests.homes import sign_up
from tests.ocpi_provider import ProviderStub, provider_stub

UID = "04A1B2C3D4"


@pytest.fixture
async def stub() -> AsyncIterator[ProviderStub]:
    async with provider_stub() as opened:
        yield opened


@pytest.fixture
async def open_home(database_url: str, stub: ProviderStub) -> AsyncIterator[House]:
    """A home that takes guests, and a card whose provider has to be asked."""
    async with open_house(database_url, outbound_private=OutboundPrivate.ALLOW) as house:
        with house.container.database.write() as db:
            take(db, house.home.id, guest=True, roaming=True)
            add_card(db, UID, add_provider(db, live_url=stub.url), whitelist="NEVER")
        stub.answers[UID] = "ALLOWED"
        yield house


def _start(house: House, uid: str = UID, connector_id: int = 1, **changes: Any) -> dict[str, Any]:
    at = house.now().isoformat()
    return {"connectorId": connector_id, "idTag": uid, "meterStart": 0, "timestamp": at} | changes


def _codes(house: House, uid: str = UID) -> list[tuple[str, str | None]]:
    with house.container.database.read() as db:
        return [(row.request, row.code) for row in decisions(db, uid)]


async def test_what_the_provider_allowed_at_the_card_reader_is_not_asked_again(
    open_home: House, stub: ProviderStub
) -> None:
    async with open_home.charge_point() as cp:
        shown = await cp.call("Authorize", {"idTag": UID})
        started = await cp.call("StartTransaction", _start(open_home))
        card = await open_home.until_one(Kind.CARD)

    assert shown["idTagInfo"]["status"] == started["idTagInfo"]["status"] == "Accepted"
    assert _codes(open_home) == [("authorize", "G60"), ("start_transaction", "G60")]
    assert len(stub.asked) == 1
    with open_home.container.database.read() as db:
        assert card.authorization_id == decisions(db, UID)[-1].id
    assert (card.status, card.card_uid) == (Status.CHARGING, UID)


async def test_a_card_that_was_withdrawn_since_the_card_reader_may_not_start(open_home: House) -> None:
    async with open_home.charge_point() as cp:
        await cp.call("Authorize", {"idTag": UID})
        with open_home.container.database.write() as db:
            change_card(db, UID, is_valid=False)
        started = await cp.call("StartTransaction", _start(open_home))
        card = await open_home.until_one(Kind.CARD)

    assert started["idTagInfo"] == {"status": "Invalid"}
    assert card.rejection is not None
    assert (card.rejection["variant"], card.rejection["fix_by"]) == ("A11", "provider")


@asynccontextmanager
async def impatient_charger(house: House) -> AsyncIterator[Charger]:
    """One that does not wait for an answer before it says more."""
    made = house.add_charger()
    headers = basic("CP1", made.ocpp.password)
    async with dial(house.container.gateway.port, "CP1", headers=headers) as socket:
        yield Charger(socket)


async def test_a_provider_that_takes_its_time_keeps_no_other_message_waiting(
    open_home: House, stub: ProviderStub
) -> None:
    stub.gate.clear()
    async with impatient_charger(open_home) as charger:
        await charger.send([2, "start", "StartTransaction", _start(open_home)])
        await stub.until_asked(1)
        await charger.send([2, "beat", "Heartbeat", {}])
        beat = await _answer_to(charger, "beat")
        stub.gate.set()
        started = await _answer_to(charger, "start")

    assert "currentTime" in beat
    assert started["idTagInfo"]["status"] == "Accepted"


async def test_a_start_that_is_repeated_while_its_provider_is_asked_is_one_transaction(
    open_home: House, stub: ProviderStub
) -> None:
    stub.gate.clear()
    message = _start(open_home)
    async with impatient_charger(open_home) as charger:
        for id_ in ("first", "second"):
            await charger.send([2, id_, "StartTransaction", message])
        await stub.until_asked(2)
        stub.gate.set()
        answers = [await _answer_to(charger, "first", "second") for _ in range(2)]

    assert answers[0] == answers[1]
    assert len(open_home.transactions()) == 1


async def _answer_to(charger: Charger, *ids: str) -> dict[str, Any]:
    """The next answer to one of these, past what the gateway asks meanwhile, which this charger leaves unanswered."""
    while (frame := await charger.receive())[0] != 3 or frame[1] not in ids:
        assert frame[0] == 2
    answer: dict[str, Any] = frame[2]
    return answer


async def test_a_refusal_that_is_repeated_is_told_in_the_same_word(open_home: House) -> None:
    message = _start(open_home)
    with open_home.container.database.write() as db:
        change_card(db, UID, expires_at=open_home.now() - seconds(3600))
    async with open_home.charge_point() as cp:
        answers = [await cp.call("StartTransaction", message) for _ in range(2)]

    assert answers[0] == answers[1]
    assert answers[0]["idTagInfo"] == {"status": "Expired"}
    assert len(open_home.sessions()) == 1


async def test_refusals_are_told_plainly_where_chargers_cache_them_badly(database_url: str) -> None:
    async with open_house(database_url, wire_statuses=WireStatuses.PLAIN) as house, house.charge_point() as cp:
        with house.container.database.write() as db:
            add_group(db, "Off", UID, locations=(house.home.id,), is_valid=False)

        shown = await cp.call("Authorize", {"idTag": UID})
        codes = _codes(house)

    assert shown["idTagInfo"] == {"status": "Invalid"}
    assert codes == [("authorize", "A31")]


async def test_a_members_card_starts_a_session_of_theirs_and_stops_what_the_app_started(house: House) -> None:
    with house.container.database.write() as db:
        ben = sign_up(db, "Ben")
        add_group(db, "Home", UID, locations=(house.home.id,), home_id=house.home.id, driver_id=ben.account_id)
    async with house.charge_point() as cp:
        shown = await cp.call("Authorize", {"idTag": UID})
        await cp.plug_in()
        boost = await house.until(house.boost(), Status.CHARGING)
        app = await cp.call("Authorize", {"idTag": boost.tag})
        await cp.call("StartTransaction", _start(house, connector_id=2))
        card = await house.until_one(Kind.CARD)

    assert shown["idTagInfo"]["parentIdTag"] == app["idTagInfo"]["parentIdTag"]
    assert card.driver_id == ben.account_id


async def test_a_card_shown_while_the_app_starts_another_charge_begins_its_own(house: House) -> None:
    with house.container.database.write() as db:
        add_group(db, "Home", UID, locations=(house.home.id,), home_id=house.home.id)
    async with house.charge_point(behaviour=quick(accept_and_do_nothing=True)) as cp:
        await cp.plug_in()
        boost = await house.until(house.boost(), Status.STARTING)
        await cp.call("StartTransaction", _start(house))
        card = await house.until_one(Kind.CARD)

        over = await house.until(boost, Status.REJECTED)
        began = await house.until(card, Status.CHARGING)

    assert began.card_uid == UID
    assert over.reason == "already_in_progress"


async def test_a_fault_of_ours_refuses_what_the_app_started_and_is_told_on_its_session(house: House) -> None:
    with house.container.database.write() as db:
        take(db, house.home.id, reimbursement={"type": "what nobody knows"})
    async with house.charge_point() as cp:
        await cp.plug_in()
        boost = house.boost()
        answer = await cp.expect("StartTransaction", kind="CALLRESULT", within_s=60)
        codes, transactions = _codes(house, boost.tag), house.transactions()

    assert answer.payload["idTagInfo"] == {"status": "Invalid"}
    assert codes == [("start_transaction", "A99")]
    assert [row.session_id for row in transactions] == [boost.id]
    assert "transaction_started" in house.steps(boost.id)


async def test_a_card_that_charged_without_a_line_and_is_refused_is_for_an_operator_to_see(house: House) -> None:
    with house.container.database.write() as db:
        add_group(db, "Home", UID, locations=(house.home.id,), home_id=house.home.id, is_valid=False)
    began = house.now() - seconds(3600)
    async with house.charge_point() as cp:
        await house.until_true(lambda: _clock_is_known(house))
        answer = await cp.call("StartTransaction", _start(house, timestamp=began.isoformat()))
        card = await house.until_one(Kind.CARD)

    assert answer["idTagInfo"]["status"] == "Blocked"
    assert "unauthorized_offline" in card.flags


def _clock_is_known(house: House) -> bool:
    """By a status: else nobody could tell an old message from a slow clock."""
    return house.describe().connector.reported_at is not None


async def test_a_tap_for_a_pairing_makes_the_card_the_homes_and_starts_nothing(house: House) -> None:
    async with house.charge_point() as cp:
        await house.until_line(LineState.ONLINE)
        with house.container.database.write() as db:
            charger = get_charger(db, house.charger_id(), caller=house.driver, for_update=True)
            begun = pairing.begin_pairing(
                db, charger, name="Blue", driver_id=house.driver.account_id, caller=house.driver, now=house.now()
            )
        tap = await cp.call("Authorize", {"idTag": UID})
        again = await cp.call("Authorize", {"idTag": UID})
        with house.container.database.read() as db:
            charger = get_charger(db, house.charger_id(), caller=house.driver)
            paired = pairing.get_pairing(db, charger, begun.id, now=house.now())

    assert tap["idTagInfo"] == {"status": "Invalid"}
    assert again["idTagInfo"]["status"] == "Accepted"
    assert paired.state == "paired"
    assert _codes(house) == [("authorize", "A90"), ("authorize", "G20")]
    assert house.sessions() == []


async def test_a_partners_start_is_told_to_the_charger_with_its_card_and_that_card_is_good(open_home: House) -> None:
    async with open_home.charge_point() as cp:
        await cp.plug_in()
        session = _started(open_home)
        told = await cp.expect("RemoteStartTransaction")
        charging = await open_home.until(session, Status.CHARGING)

    assert told.payload["idTag"] == UID
    assert charging.kind is Kind.CARD
    assert _codes(open_home) == [("partner_start", "G40"), ("start_transaction", "G40")]


@pytest.mark.parametrize("reason", ["car_unplugged", "charger_refused", "cancelled"])
async def test_a_partners_start_that_came_to_nothing_leaves_the_card_as_it_was(open_home: House, reason: str) -> None:
    house = open_home
    behaviour = quick(refuse_remote_start=True, answer_delays_s={"RemoteStartTransaction": 0.5})
    async with house.charge_point(behaviour=behaviour) as cp:
        if reason == "car_unplugged":
            await house.until_line(LineState.ONLINE)
        else:
            await cp.plug_in()
        session = _started(house)
        if reason == "cancelled":
            await cp.expect("RemoteStartTransaction")
            house.cancel(session)
        rejected = await house.until(session, Status.REJECTED)
        await cp.call("Authorize", {"idTag": UID})
        codes = _codes(house)

    assert rejected.reason == reason
    assert codes == [("partner_start", "G40"), ("authorize", "G60")]


def _started(house: House) -> Session:
    with house.container.database.write() as db:
        olga = sign_up(db, "Olga", role=Role.OPERATOR)
        started = start_for_partner(db, house.charger_id(), UID, connector_id=1, caller=olga, now=house.now())
    assert not isinstance(started, PartnerStartRefused)
    return started


async def test_a_manual_check_is_decided_with_what_the_provider_says(open_home: House, stub: ProviderStub) -> None:
    open_home.add_charger()
    stub.answers[UID] = "NO_CREDIT"
    with open_home.container.database.write() as db:
        asked = sign_up(db, "Sam", role=Role.SUPPORT)
        checking.check_card(db, open_home.charger_id(), UID, caller=asked, now=open_home.now())

    await open_home.until_true(lambda: _codes(open_home) == [("manual", "A73")])

    assert open_home.sessions() == []
