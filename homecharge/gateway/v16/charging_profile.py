"""`ChargingProfile` (OCPP 1.6 §7.8): a limit over time. Ours are all on stack level 0, which every charger has."""

from decimal import Decimal

from homecharge.domain.charging_profiles import ChargingProfile
from homecharge.gateway.rpc import Payload
from homecharge.gateway.v16.instants import write_instant


def charging_profile(profile: ChargingProfile) -> Payload:
    """The profile as it goes on the wire."""
    periods = [
        {"startPeriod": period.start_s, "limit": _number(period.limit), "numberPhases": profile.phases}
        for period in profile.periods
    ]
    schedule: Payload = {"chargingRateUnit": profile.unit.value, "chargingSchedulePeriod": periods}
    if profile.starts_at is not None:
        schedule["startSchedule"] = write_instant(profile.starts_at)
    written: Payload = {
        "chargingProfileId": profile.id,
        "stackLevel": 0,
        "chargingProfilePurpose": profile.purpose.value,
        "chargingProfileKind": "Relative" if profile.starts_at is None else "Absolute",
        "chargingSchedule": schedule,
    }
    if profile.transaction_id is not None:
        written["transactionId"] = profile.transaction_id
    return written


def _number(limit: Decimal) -> int | float:
    """Without a fraction where there is none: some chargers read whole numbers only."""
    return int(limit) if limit == limit.to_integral_value() else float(limit)
