"""What happens at each charger of the demo, in the first minute."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from homecharge.observability.clock import SystemClock
from homecharge.simulator.behaviour import Payload
from homecharge.simulator.demo.api import Api, Resource
from homecharge.simulator.demo.homes import ZONE, Wallbox

Scene = Callable[[Api, Wallbox], Awaitable[None]]
UNTIL_FIRST_START, UNTIL_START = timedelta(minutes=20), timedelta(seconds=8)
MOMENT_S = 4.0
READY_BY, EARLY = time(7, 30), time(5, 30)
TOO_NEAR = time(6)
"""From here on what the car needs does not fit before `READY_BY`, and tomorrow's is more than 24 hours away."""
STRANGERS_CARD = "04C7A1B25E3F80"


async def late_home(api: Api, driveway: Wallbox) -> None:
    """The driver is warned that the car is away, and brings the start forward; plugging in later recovers it."""
    await api.plug_of(driveway.id)
    planned = await api.post(
        f"/v1/chargers/{driveway.id}/schedules",
        {"kind": "manual", "name": "Before the school run", "limit": _energy(3000), **_start(UNTIL_FIRST_START)},
    )
    path = f"/v1/schedules/{planned['id']}"
    await api.told_of(path)
    schedule = await api.patch(path, _start(UNTIL_START))
    rejected = schedule["occurrences"][0]["sessions"][0]
    await api.session_in(rejected)
    await asyncio.sleep(MOMENT_S)
    await driveway.point.plug_in()
    await api.session_in(await api.recovery_of(rejected))


async def one_at_a_time(api: Api, garage: Wallbox) -> None:
    """A second Boost finds the first in progress and follows it; the car gets full, so a third is not needed."""
    await garage.point.plug_in()
    first = await _boost(api, garage, _energy(2500))
    await api.session_in(first, "charging")
    second = await _boost(api, garage)
    await api.session_in(second)
    following = await api.recovery_of(second)
    await garage.point.until_status("Charging", within_s=30)
    await asyncio.sleep(MOMENT_S)
    await garage.point.battery_full()
    await api.post(f"/v1/sessions/{following}/stop")
    await api.session_in(following)
    await api.session_in(await _boost(api, garage))


async def refuses_then_breaks(api: Api, carport: Wallbox) -> None:
    """The charger refuses a start and takes the next; later it reports a fault."""
    carport.point.behaviour.refuse_remote_start = True
    await carport.point.plug_in()
    refused = await _boost(api, carport, _energy(2000))
    await api.session_in(refused)
    carport.point.behaviour.refuse_remote_start = False
    await api.session_in(await api.recovery_of(refused))
    await carport.point.fault("GroundFailure")
    await api.session_in(await _boost(api, carport))


async def agrees_and_does_nothing(api: Api, barn: Wallbox) -> None:
    """The charger accepts the start, and no transaction follows; plugging in again helps."""
    barn.point.behaviour.accept_and_do_nothing = True
    await barn.point.plug_in()
    unconfirmed = await _boost(api, barn, _energy(2000))
    await api.session_in(unconfirmed)
    barn.point.behaviour.accept_and_do_nothing = False
    await api.session_in(await api.recovery_of(unconfirmed))


async def takes_nothing(api: Api, gate: Wallbox) -> None:
    """A transaction begins and no energy flows; the next try charges until somebody pulls the cable."""
    await gate.point.set_power(0)
    await gate.point.plug_in()
    dry = await _boost(api, gate, _energy(8000))
    await api.session_in(dry)
    await gate.point.set_power(7400)
    second = await api.recovery_of(dry)
    await api.session_in(second, "charging")
    await asyncio.sleep(MOMENT_S)
    await gate.point.unplug()
    await api.session_in(second)


async def out_in_the_orchard(api: Api, orchard: Wallbox) -> None:
    """A stranger's card is refused, tonight's charge is skipped, and then the Wi-Fi is gone for good."""
    await orchard.point.plug_in()
    await orchard.point.cards.authorize(STRANGERS_CARD)
    await orchard.point.start_transaction(STRANGERS_CARD)  # as chargers do that leave it to the server to say no
    await orchard.point.unplug()
    tomorrow = (SystemClock().now().astimezone(ZoneInfo(ZONE)) + timedelta(days=1)).date()
    schedule = await api.post(
        f"/v1/chargers/{orchard.id}/schedules",
        {"kind": "manual", "name": "Cheap night", "on": {"date": f"{tomorrow}"}, "start_time": "00:30"},
    )
    await api.post(f"/v1/occurrences/{schedule['occurrences'][0]['id']}/skip")
    await orchard.point.disconnect()
    await api.session_in(await _boost(api, orchard))


def next_ready_by(now: datetime) -> tuple[date, time]:
    """A morning for which a car that is plugged in now is charged: its window has begun (design.md §2), and is long."""
    wall = EARLY if TOO_NEAR <= now.time() < READY_BY else READY_BY
    return now.date() + timedelta(days=now.time() >= wall), wall


async def cheapest_by_the_morning(api: Api, courtyard: Wallbox) -> None:
    """A Smart schedule: the charger is started at the plug-in and held by its plan, for the cheapest half hours."""
    day, wall = next_ready_by(SystemClock().now().astimezone(ZoneInfo(ZONE)))
    schedule = await api.post(
        f"/v1/chargers/{courtyard.id}/schedules",
        {
            "kind": "smart",
            "name": "Ready for work",
            "on": {"date": f"{day}"},
            "ready_by": f"{wall:%H:%M}",
            "target": _energy(24_000),
        },
    )
    await courtyard.point.plug_in()
    planned = await api.first_session_of(schedule["occurrences"][0]["id"])
    await api.session_in(planned, "charging", "paused")


SCENES: Mapping[str, Scene] = MappingProxyType(
    {
        "Driveway": late_home,
        "Garage": one_at_a_time,
        "Carport": refuses_then_breaks,
        "Barn": agrees_and_does_nothing,
        "Gate": takes_nothing,
        "Orchard": out_in_the_orchard,
        "Courtyard": cheapest_by_the_morning,
    }
)


async def _boost(api: Api, box: Wallbox, limit: Payload | None = None) -> str:
    session: Resource = await api.post(f"/v1/chargers/{box.id}/boost", {"limit": limit})
    return str(session["id"])


def _start(in_: timedelta) -> Payload:
    starts_at = (SystemClock().now() + in_).astimezone(ZoneInfo(ZONE))
    return {"on": {"date": f"{starts_at:%Y-%m-%d}"}, "start_time": f"{starts_at:%H:%M:%S}"}


def _energy(energy_wh: int) -> Payload:
    return {"kind": "energy", "energy_wh": energy_wh}
