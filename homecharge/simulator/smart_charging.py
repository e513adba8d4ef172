"""What a simulated charge point answers to Smart Charging (OCPP 1.6 §5.5, §5.7, §5.16), as it behaves."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from homecharge.simulator.line import Reply
from homecharge.simulator.profiles import VOLTAGE_V, Span

if TYPE_CHECKING:
    from homecharge.simulator.behaviour import Payload
    from homecharge.simulator.station import Station


def set_charging_profile(station: Station, payload: Payload) -> Reply:
    """Take a profile, or say no: a TxProfile needs its transaction."""
    number, profile = payload["connectorId"], payload["csChargingProfiles"]
    connector = station.charging.connector(number)
    if profile["chargingProfilePurpose"] == "TxProfile":
        running = connector.transaction
        if running is None or profile.get("transactionId", running.id) != running.id:
            return Reply({"status": "Rejected"})
    if not is_taken(station, number, profile):
        return Reply({"status": "Rejected"})
    station.charging.profiles.install(number, profile)
    return Reply({"status": "Accepted"}, then=station.obey_profiles)


def is_taken(station: Station, connector_id: int, profile: Payload) -> bool:
    """Whether this charge point, as it behaves, takes such a profile at all."""
    behaviour, configuration = station.behaviour, station.configuration
    schedule = profile["chargingSchedule"]
    return (
        not behaviour.refuse_profiles
        and schedule["chargingRateUnit"] in behaviour.rate_units
        and len(schedule["chargingSchedulePeriod"]) <= configuration.seconds("ChargingScheduleMaxPeriods")
        and profile["stackLevel"] <= configuration.seconds("ChargeProfileMaxStackLevel")
        and station.charging.profiles.count_beside(connector_id, profile)
        < configuration.seconds("MaxChargingProfilesInstalled")
    )


def clear_charging_profile(station: Station, payload: Payload) -> Reply:
    """Forget what is meant."""
    is_any = station.charging.profiles.clear(payload)
    return Reply({"status": "Accepted" if is_any else "Unknown"}, then=station.obey_profiles)


def get_composite_schedule(station: Station, payload: Payload) -> Reply:
    """All limits of a connector taken together, from now on; without one, what the charge point can give."""
    charging, behaviour = station.charging, station.behaviour
    connector, unit = charging.connector(payload["connectorId"]), payload.get("chargingRateUnit", "W")
    at = charging.wall()
    started_at = connector.transaction.started_at if connector.transaction else at
    span, end = Span(connector.id, started_at), at + timedelta(seconds=payload["duration"])
    per_unit_w = 1 if unit == "W" else VOLTAGE_V * behaviour.phases
    periods, look = [], at
    while look < end:
        limit_w = charging.profiles.limit_w(span, at=look)
        limit = min(behaviour.power_w, limit_w if limit_w is not None else behaviour.power_w) / per_unit_w
        periods.append({"startPeriod": int((look - at).total_seconds()), "limit": round(limit, 1)})
        look = charging.profiles.next_change(span, after=look) or end
    schedule = {"chargingRateUnit": unit, "duration": payload["duration"], "chargingSchedulePeriod": periods}
    start = at.isoformat(timespec="seconds").replace("+00:00", "Z")
    answer = {"status": "Accepted", "connectorId": connector.id, "scheduleStart": start, "chargingSchedule": schedule}
    return Reply(answer)
