"""The half-hourly prices that the demo's driver pays in London: a windy night is paid for."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from homecharge.observability.clock import SystemClock
from homecharge.simulator.demo.api import Api, Resource

NAME = "Half-hourly"
HALF_HOUR = timedelta(minutes=30)
DAYS = 3
PENCE = (
    *(11, 9, 6, 3, -2, -4, -3, 1, 5, 7, 4, 8),
    *(13, 17, 19, 22, 23, 21, 18, 15, 13, 12, 11, 10),
    *(9, 9, 10, 12, 14, 17, 21, 26, 33, 36, 38, 37),
    *(34, 31, 28, 26, 24, 22, 19, 17, 15, 14, 13, 12),
)
"""Per kWh, from midnight on."""


async def pay_half_hourly(api: Api, location: Resource, zone: ZoneInfo) -> None:
    """Have a location pay by the demo's tariff, with prices from this midnight on."""
    rates = list(_rates(SystemClock().now().astimezone(zone)))
    known = next((tariff for tariff in await api.list_all("/v1/tariffs") if tariff["name"] == NAME), None)
    if known is None:
        asked = {"name": NAME, "currency": location["currency"], "kind": "dynamic", "rates": rates}
        known = await api.post("/v1/tariffs", asked)
    else:
        await api.put(f"/v1/tariffs/{known['id']}/rates", {"rates": rates})
    await api.put(f"/v1/locations/{location['id']}/tariff", {"tariff_id": known["id"]})


def _rates(now: datetime) -> list[Resource]:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    first = datetime.fromtimestamp(midnight.timestamp(), tz=ZoneInfo("UTC"))
    return [
        {
            "valid_from": _instant(first + place * HALF_HOUR),
            "valid_to": _instant(first + (place + 1) * HALF_HOUR),
            "rate": f"{PENCE[place % len(PENCE)] / 100:.2f}",
        }
        for place in range(DAYS * len(PENCE))
    ]


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
