"""The homes of the demo and their chargers: made at the first start, found again at every later one."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from homecharge.simulator.behaviour import Behaviour
from homecharge.simulator.charge_point import ChargePoint
from homecharge.simulator.demo.api import Api, Refused, Resource
from homecharge.simulator.demo.prices import pay_half_hourly

TIME_SCALE = 120
"""Cars charge this many times as fast as real ones; a night is four minutes."""
SAMPLE_EVERY_S = 0.5
ZONE = "Europe/London"
PLACES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Elm Row, London": ("Driveway", "Garage", "Carport", "Courtyard"),
        "Cottage, Padstow": ("Barn", "Gate", "Orchard"),
    }
)
HALF_HOURLY = "Elm Row, London"
"""Where energy has another price each half hour."""
SMART = "Courtyard"
"""The charger that keeps a plan."""
TOLD = "Driveway"
"""The charger of which is written what its driver is told by itself."""


@dataclass(frozen=True, slots=True)
class GatewayAddress:
    """Where chargers dial; `certificate` is what they are shown there, None where it is in the clear."""

    url: str
    certificate: Path | None


@dataclass(frozen=True, slots=True)
class Wallbox:
    """A charger as the API knows it, and the charge point that plays it."""

    id: str
    name: str
    identity: str
    point: ChargePoint


async def set_up(api: Api, gateway: GatewayAddress) -> dict[str, Wallbox]:
    """Every charger of the demo by its name, each with a new password; none is connected yet."""
    locations = {location["name"]: location for location in await api.list_all("/v1/locations")}
    chargers = {charger["identity"]: charger for charger in await api.list_all("/v1/chargers")}
    boxes = {}
    for place, names in PLACES.items():
        location = locations.get(place) or await api.post(
            "/v1/locations", {"name": place, "country": "GB", "time_zone": ZONE, "currency": "GBP"}
        )
        if place == HALF_HOURLY:
            await pay_half_hourly(api, location, ZoneInfo(ZONE))
        for name in names:
            identity = f"DEMO-{name.upper()}"
            known = chargers.get(identity)
            boxes[name] = await (_again(api, known, gateway) if known else _add(api, location, name, gateway))
    return boxes


async def tidy_up(api: Api, *, since: datetime) -> None:
    """Stop what charges, take back what is planned, and let nothing rejected since then be tried again."""
    under_way = await api.list_all("/v1/sessions", status="planned,starting,charging,paused")
    rejected = await api.list_all("/v1/sessions", status="rejected", updated_since=f"{since:%Y-%m-%dT%H:%M:%SZ}")
    for session in under_way + rejected:
        request = "stop" if session["status"] in {"charging", "paused"} else "cancel"
        with contextlib.suppress(Refused):  # it went on meanwhile, or its charger is offline
            await api.post(f"/v1/sessions/{session['id']}/{request}")


async def _add(api: Api, location: Resource, name: str, gateway: GatewayAddress) -> Wallbox:
    """Without restricted hours and random delay, so that everything starts within the minute."""
    wanted = {
        "location_id": location["id"],
        "identity": f"DEMO-{name.upper()}",
        "name": name,
        "restricted_hours": {"choice": "none"},
    }
    charger = await api.post("/v1/chargers", wanted)
    await api.patch(f"/v1/chargers/{charger['id']}", {"random_delay_max_s": 0})
    return _wallbox(charger, charger["ocpp"]["password"], gateway)


async def _again(api: Api, charger: Resource, gateway: GatewayAddress) -> Wallbox:
    """Take away what earlier starts have scheduled; History keeps what came of it."""
    for schedule in await api.list_all(f"/v1/chargers/{charger['id']}/schedules"):
        await api.delete(f"/v1/schedules/{schedule['id']}")
    access = await api.post(f"/v1/chargers/{charger['id']}/ocpp-password")
    return _wallbox(charger, access["ocpp"]["password"], gateway)


def _wallbox(charger: Resource, password: str, gateway: GatewayAddress) -> Wallbox:
    point = ChargePoint(
        gateway.url,
        charger["identity"],
        password,
        behaviour=Behaviour(
            time_scale=TIME_SCALE,
            sample_every_s=SAMPLE_EVERY_S,
            retry_s=2,
            smart_charging=charger["name"] == SMART,
            ca_file=gateway.certificate,
            pins_certificate=gateway.certificate is not None,
        ),
        configuration={"ConnectionTimeOut": "1"},
        reconnect=True,
    )
    return Wallbox(charger["id"], charger["name"], charger["identity"], point)
