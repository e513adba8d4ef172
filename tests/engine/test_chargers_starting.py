"""How chargers take a remote start (chargers.md, *Starting*)."""

import re
from typing import Any

import pytest

from homecharge.domain.charger_state import ConnectorStatus
from homecharge.domain.chargers import LineState
from homecharge.domain.session_state import Status, StopReason
from tests.engine.house import House, open_house, quick

UNKNOWN_TAG = "CAFE0001"
LARGEST_TRANSACTION_ID = 2**31 - 1


async def test_a_start_names_its_connector_and_a_tag_of_twenty_hex_digits(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        boost = await house.until(house.boost(), Status.CHARGING)

        [asked] = cp.received("RemoteStartTransaction")

    assert asked.payload == {"connectorId": 1, "idTag": boost.tag}
    assert re.fullmatch("[0-9A-F]{20}", boost.tag)


async def test_a_charger_that_asks_about_our_tag_first_is_told_that_it_is_good(house: House) -> None:
    async with house.charge_point(behaviour=quick(authorize_remote=True)) as cp:
        await cp.plug_in()
        boost = await house.until(house.boost(), Status.CHARGING)

        [asked] = cp.sent("Authorize")
        answer = await cp.expect("Authorize", kind="CALLRESULT")

    assert asked.payload == {"idTag": boost.tag}
    assert answer.payload["idTagInfo"]["status"] == "Accepted"
    assert answer.payload["idTagInfo"]["expiryDate"].endswith("Z")


async def test_the_tag_of_a_session_that_was_stopped_is_good_no_more(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        boost = await house.until_drawing(house.boost())
        house.stop(boost)
        await house.until(boost, Status.COMPLETED)

        verdict = await cp.call("Authorize", {"idTag": boost.tag})

    assert verdict == {"idTagInfo": {"status": "Invalid"}}


async def test_another_tag_in_the_transaction_binds_to_the_session_that_is_starting(house: House) -> None:
    async with house.charge_point(behaviour=quick(other_tag="ITS-OWN-TAG")) as cp:
        await cp.plug_in()

        boost = await house.until(house.boost(), Status.CHARGING)

    assert [row.session_id for row in house.transactions()] == [boost.id]
    assert [row.id_tag for row in house.transactions()] == ["ITS-OWN-TAG"]
    assert len(house.sessions()) == 1


async def test_a_charger_that_takes_only_its_own_tag_is_sent_that_one(house: House) -> None:
    house.change(remote_start_tag="WhiteListed")
    async with house.charge_point(behaviour=quick(authorize_remote=True)) as cp:
        await cp.plug_in()

        boost = await house.until(house.boost(), Status.CHARGING)

    assert [f.payload["idTag"] for f in cp.received("RemoteStartTransaction")] == ["WhiteListed"]
    assert [row.session_id for row in house.transactions()] == [boost.id]


async def test_a_start_that_comes_about_on_another_connector_is_the_sessions_all_the_same(house: House) -> None:
    behaviour = quick(accept_and_do_nothing=True, samples=False)
    async with house.charge_point(connectors=2, behaviour=behaviour) as cp:
        await cp.plug_in()
        session = house.boost()
        asked = await cp.expect("RemoteStartTransaction")

        await cp.start_transaction(asked.payload["idTag"], 2)
        [row] = house.transactions()
        await cp.call("MeterValues", _register(house, 2, row.id, 1500))
        await house.until_drawing(session)
        await cp.stop_transaction("EVDisconnected", 2)
        done = await house.until(session, Status.COMPLETED)

    assert (row.connector_id, row.session_id) == (2, session.id)
    assert done.stop_reason is StopReason.UNPLUGGED


def _register(house: House, connector: int, transaction_id: int, register_wh: int) -> dict[str, Any]:
    values = [{"timestamp": house.now().isoformat(), "sampledValue": [{"value": str(register_wh)}]}]
    return {"connectorId": connector, "transactionId": transaction_id, "meterValue": values}


@pytest.mark.parametrize("tag", ["WhiteListed", "WHITELISTED", " WhiteListed "])
async def test_the_tag_that_a_charger_was_given_is_good_in_any_case_and_padded(house: House, tag: str) -> None:
    house.change(remote_start_tag="WhiteListed")
    async with house.charge_point() as cp:
        verdict = await cp.call("Authorize", {"idTag": tag})

    assert verdict["idTagInfo"]["status"] == "Accepted"


async def test_tags_are_compared_without_case(house: House) -> None:
    async with house.charge_point(behaviour=quick(accept_and_do_nothing=True)) as cp:
        await cp.plug_in()
        await house.until_true(lambda: house.describe().connector.plugged_in is True)
        boost = house.boost()
        await cp.expect("RemoteStartTransaction")

        await cp.start_transaction(boost.tag.lower())

    assert [row.session_id for row in house.transactions()] == [boost.id]


async def test_a_callerror_to_a_start_counts_as_refused(house: House) -> None:
    async with house.charge_point(behaviour=quick(callerror_on_remote_start=True)) as cp:
        await cp.plug_in()

        rejected = await house.until(house.boost(), Status.REJECTED)

    assert rejected.reason == "charger_refused"
    assert rejected.rejection is not None
    assert rejected.rejection["variant"] == "error"
    told = {fact["fact"]: fact["value"] for fact in rejected.rejection["evidence"]}
    assert told["start_answer"] == "InternalError"


@pytest.mark.parametrize("tag", [UNKNOWN_TAG, " ", "x" * 20])
async def test_a_start_is_answered_with_a_transaction_id_whatever_happens(house: House, tag: str) -> None:
    start = {"connectorId": 1, "idTag": tag, "meterStart": 0, "timestamp": house.now().isoformat()}
    async with house.charge_point() as cp:
        answer = await cp.call("StartTransaction", start)

    assert answer["idTagInfo"] == {"status": "Invalid"}
    assert 0 < answer["transactionId"] <= LARGEST_TRANSACTION_ID


async def test_preparing_that_follows_our_own_command_is_no_plug_in(house: House) -> None:
    house.change(charge_now=True)
    async with house.charge_point(behaviour=quick(answers={"TriggerMessage": {"status": "Rejected"}})) as cp:
        await house.until_true(lambda: house.describe().connector.state == "available")
        await cp.disconnect()
        await house.until_line(LineState.OFFLINE)
        await cp.connect()
        await house.until_line(LineState.ONLINE)
        boost = await house.until(house.boost(), Status.STARTING)
        await cp.until_status("Preparing")
        await house.until_true(lambda: house.describe().connector.state == "preparing")
        kinds = [session.kind for session in house.sessions()]

        await cp.plug_in()
        await house.until(boost, Status.CHARGING)

    assert kinds == ["boost"]
    assert len(house.sessions()) == 1


async def test_preparing_that_follows_a_card_is_no_plug_in(house: House) -> None:
    house.change(charge_now=True)
    async with house.charge_point() as cp:
        accepted = await cp.present_card(UNKNOWN_TAG)

        await cp.plug_in()

    assert not accepted
    assert house.describe().connector.state is ConnectorStatus.PREPARING
    assert house.sessions() == []


async def test_the_same_status_repeated_after_a_boot_is_no_plug_in(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        house.change(charge_now=True)

        await cp.reboot()
        await cp.expect("TriggerMessage")
        await cp.settled()

    assert house.describe().connector.state is ConnectorStatus.PREPARING
    assert house.sessions() == []


async def test_a_start_is_waited_for_as_long_as_the_charger_waits_for_a_car(database_url: str) -> None:
    async with (
        open_house(database_url, start_confirm_s=1.0) as house,
        house.charge_point(behaviour=quick(start_delay_s=2), configuration={"ConnectionTimeOut": "60"}) as cp,
    ):
        await house.until_true(lambda: bool(house.describe().capabilities))
        await cp.plug_in()

        boost = await house.until(house.boost(), Status.CHARGING, Status.REJECTED)

    assert boost.status is Status.CHARGING


async def test_a_charger_that_starts_again_without_a_replug_is_known_to_restart_from_finishing(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        await house.until_drawing(house.boost())
        before = await set_up_capabilities(house)
        await cp.press_stop()
        await cp.until_status("Finishing")
        await house.until_true(lambda: not any(session.is_live for session in house.sessions()))

        await house.until_drawing(house.boost())

    assert "restarts_from_finishing" not in before
    assert house.describe().capabilities["restarts_from_finishing"] is True


async def test_a_charger_that_refuses_to_start_until_replugged_is_known_to_do_so(house: House) -> None:
    async with house.charge_point(behaviour=quick(restart_needs_replug=True)) as cp:
        await cp.plug_in()
        await house.until_drawing(house.boost())
        await cp.press_stop()
        await cp.until_status("Finishing")
        await house.until_true(lambda: not any(session.is_live for session in house.sessions()))

        await house.until(house.boost(), Status.REJECTED)

    assert house.describe().capabilities["restarts_from_finishing"] is False


async def set_up_capabilities(house: House) -> dict[str, object]:
    await house.until_true(lambda: bool(house.describe().capabilities))
    return house.describe().capabilities
