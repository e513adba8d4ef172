"""A simulated charge point keeps a connector for the one who reserved it."""

from datetime import timedelta
from typing import Any

import pytest

from homecharge.observability.clock import SystemClock
from homecharge.simulator.charge_point import ChargePoint
from tests.simulator.conftest import MakeChargePoint
from tests.simulator.strict_server import StrictServer

HOUR_S = 3600.0
GROUP = {"idTagInfo": {"status": "Accepted", "parentIdTag": "HOME"}}


async def reserve(server: StrictServer, connector: int = 1, *, id_: int = 7, for_s: float = HOUR_S, **more: Any) -> str:
    until = SystemClock().now() + timedelta(seconds=for_s)
    body = {"connectorId": connector, "expiryDate": until.isoformat(), "idTag": "CARD", "reservationId": id_, **more}
    status: str = (await server.call("ReserveNow", body))["status"]
    return status


@pytest.fixture
async def kept(server: StrictServer, make: MakeChargePoint) -> ChargePoint:
    """A charge point whose connector 1 is reserved for CARD, until in an hour."""
    charge_point = make(reservations=True)
    await charge_point.connect()
    assert await reserve(server) == "Accepted"
    await charge_point.until_status("Reserved")
    return charge_point


async def test_the_one_who_reserved_starts_with_the_reservations_id(server: StrictServer, kept: ChargePoint):
    await kept.plug_in()
    while_plugged = kept.state().status
    await kept.present_card("card")
    await kept.unplug()

    assert while_plugged == "Reserved"
    assert server.bodies("StartTransaction")[0]["reservationId"] == 7
    assert kept.state().status == "Available"


async def test_a_card_of_the_same_group_starts_too_and_another_does_not(server: StrictServer, kept: ChargePoint):
    await reserve(server, parentIdTag="HOME")
    await kept.plug_in()

    other = await kept.present_card("OTHER")
    server.answers["Authorize"] = lambda _: GROUP
    same = await kept.present_card("WIFE")

    assert (other, same) == (False, True)
    assert [(b["idTag"], b["reservationId"]) for b in server.bodies("StartTransaction")] == [("WIFE", 7)]


@pytest.mark.parametrize(("id_tag", "status"), [("OTHER", "Rejected"), ("CARD", "Accepted")])
async def test_a_remote_start_goes_by_the_reservation_too(
    server: StrictServer, kept: ChargePoint, id_tag: str, status: str
):
    assert await server.call("RemoteStartTransaction", {"idTag": id_tag, "connectorId": 1}) == {"status": status}


async def test_a_cancelled_reservation_keeps_nothing(server: StrictServer, kept: ChargePoint):
    cancelled = await server.call("CancelReservation", {"reservationId": 7})
    await kept.until_status("Available")

    assert cancelled == {"status": "Accepted"}
    assert await server.call("CancelReservation", {"reservationId": 7}) == {"status": "Rejected"}


async def test_a_reservation_ends_by_itself(server: StrictServer, kept: ChargePoint):
    assert await reserve(server, for_s=0.2) == "Accepted"

    await kept.until_status("Available")


async def test_a_connector_that_is_not_free_cannot_be_reserved(server: StrictServer, kept: ChargePoint):
    answers = [await reserve(server, id_=8)]
    await kept.fault()
    answers.append(await reserve(server))
    await kept.clear_fault()
    await kept.set_unavailable()
    answers.append(await reserve(server))
    kept.behaviour.reservation_answer = "Rejected"
    answers.append(await reserve(server))

    assert answers == ["Occupied", "Faulted", "Unavailable", "Rejected"]


async def test_any_one_of_its_connectors_can_be_reserved(server: StrictServer, make: MakeChargePoint):
    charge_point = make(reservations=True, connectors=2)
    await charge_point.connect()
    await reserve(server, connector=0)
    await charge_point.plug_in(1)
    await charge_point.plug_in(2)

    others = [await charge_point.present_card("OTHER", number) for number in (1, 2)]
    reserved = await charge_point.present_card("CARD", 2)

    assert (others, reserved) == ([True, False], True)
    assert [body.get("reservationId") for body in server.bodies("StartTransaction")] == [None, 7]


async def test_some_can_keep_only_a_certain_connector(server: StrictServer, make: MakeChargePoint):
    charge_point = make(reservations=True, configuration={"ReserveConnectorZeroSupported": "false"})
    await charge_point.connect()

    assert await reserve(server, connector=0) == "Rejected"
