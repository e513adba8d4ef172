"""Stops that are not obeyed, and transactions that were refused (chargers.md, *Stopping*)."""

from homecharge.domain.limits import DurationLimit
from homecharge.domain.session_state import Kind, Result, Session, Status, StopReason
from homecharge.simulator.charge_point import ChargePoint
from tests.engine.house import House, open_house, quick

STRANGER = "CAFE0001"
TOLD_BEFORE_RECONNECT = 4
"""The stop itself and three repetitions."""


async def test_a_refused_stop_is_repeated_three_times_and_again_at_reconnect(house: House) -> None:
    async with house.charge_point(behaviour=quick(refuse_remote_stop=True)) as cp:
        session = await _charge_and_stop(house, cp)
        for _ in range(TOLD_BEFORE_RECONNECT):
            await cp.expect("RemoteStopTransaction")
        await house.until_true(lambda: house.transactions()[0].stop_at is None)
        still = house.session(session.id)
        cp.behaviour.refuse_remote_stop = False
        await cp.drop_line(for_s=0)

        done = await house.until(session, Status.COMPLETED)

    assert still.status is Status.CHARGING
    assert done.stop_reason is StopReason.DRIVER
    assert len(cp.received("RemoteStopTransaction")) == TOLD_BEFORE_RECONNECT + 1
    assert house.steps(session.id).count("stop_requested") == 1
    assert house.steps(session.id).count("stop_answered") >= TOLD_BEFORE_RECONNECT


async def _charge_and_stop(house: House, cp: ChargePoint) -> Session:
    await cp.plug_in()
    session = await house.until_drawing(house.boost())
    return house.stop(session)


async def test_a_stop_that_is_accepted_and_not_done_is_repeated(house: House) -> None:
    async with house.charge_point(behaviour=quick(ignore_remote_stop=True)) as cp:
        session = await _charge_and_stop(house, cp)
        await cp.expect("RemoteStopTransaction")
        cp.behaviour.ignore_remote_stop = False

        done = await house.until(session, Status.COMPLETED)

    assert done.stop_reason is StopReason.DRIVER


async def test_an_unanswered_stop_is_repeated(hasty: House) -> None:
    async with hasty.charge_point() as cp:
        await cp.plug_in()
        session = await hasty.until_drawing(hasty.boost())
        cp.behaviour.mute = True
        hasty.stop(session)
        await cp.expect("RemoteStopTransaction")
        await cp.expect("RemoteStopTransaction")
        cp.behaviour.mute = False

        done = await hasty.until(session, Status.COMPLETED)

    assert done.stop_reason is StopReason.DRIVER
    assert "no_answer" in hasty.causes(session.id)


async def test_a_charger_that_is_offline_at_the_end_is_stopped_when_it_is_back(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        session = await house.until_drawing(house.boost(limit=DurationLimit(2)))
        await cp.disconnect()
        await house.until_true(lambda: house.session(session.id).stop_requested_at is not None)
        before = house.session(session.id)
        await cp.connect()

        done = await house.until(session, Status.COMPLETED)

    assert before.status is Status.CHARGING
    assert done.stop_reason is StopReason.LIMIT_DURATION
    assert done.result is Result.MET
    assert done.ended_at is not None
    assert before.stop_requested_at is not None
    assert done.ended_at > before.stop_requested_at
    assert done.ended_at == house.transactions()[0].stopped_at


async def test_a_refused_start_touches_nothing_that_charges_on_its_connector(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        session = await house.until_drawing(house.boost())
        start = {"connectorId": 1, "idTag": STRANGER, "meterStart": 0, "timestamp": house.now().isoformat()}
        answer = await cp.call("StartTransaction", start)
        counted = house.session(session.id).energy_wh
        await house.until_true(lambda: house.session(session.id).energy_wh > counted)
        await cp.unplug()

        done = await house.until(session, Status.COMPLETED)

    assert answer["idTagInfo"] == {"status": "Invalid"}
    assert done.stop_reason is StopReason.UNPLUGGED
    assert not house.transactions()[0].is_lost


async def test_a_refused_start_is_a_row_that_says_why_and_shows_no_tag(database_url: str) -> None:
    async with open_house(database_url, refused_grace_s=60) as house, house.charge_point() as cp:
        await cp.plug_in()
        await cp.start_transaction(STRANGER)

        card = await house.until_one(Kind.CARD)

    assert (card.status, card.reason) == (Status.REJECTED, "not_authorized")
    assert card.rejection is not None
    evidence = {item["fact"]: item["value"] for item in card.rejection["evidence"]}
    assert evidence["authorization_code"] == "A30"
    assert evidence["id_tag"] != STRANGER
    assert STRANGER not in str(card.rejection)
    assert not cp.received("RemoteStopTransaction")


async def test_a_refused_transaction_that_is_kept_open_is_stopped_and_its_energy_recorded(house: House) -> None:
    async with house.charge_point(behaviour=quick(keep_refused_transaction=True, sample_every_s=0)) as cp:
        await cp.plug_in()
        await cp.start_transaction(STRANGER)
        await cp.reset_register(cp.state().register_wh + 300)
        await cp.sample()
        card = await house.until_one(Kind.CARD)

        told = await cp.expect("RemoteStopTransaction")
        await house.until_true(lambda: house.session(card.id).energy_wh > 0)

    assert told.payload == {"transactionId": house.transactions()[0].id}
    assert house.session(card.id).energy_wh == 300
    assert house.session(card.id).status is Status.REJECTED
