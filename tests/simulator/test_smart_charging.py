"""A simulated charge point with Smart Charging obeys profiles, and strays from them as it is told to."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from homecharge.observability.clock import SystemClock
from homecharge.simulator.behaviour import Behaviour
from homecharge.simulator.charge_point import ChargePoint
from homecharge.simulator.profiles import Profiles, Span
from tests.simulator.conftest import MakeChargePoint
from tests.simulator.strict_server import CallError, StrictServer

TAG = "A1B2C3D4E5F60718293A"
SOON_S = 1
SAID_BY_THEN = 4
"""Statuses: two at boot, Preparing, Available."""
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SPAN = Span(1, NOON)


def profile(
    *periods: tuple[int, float],
    purpose: str = "TxProfile",
    start: datetime | None = None,
    unit: str = "W",
    level: int = 0,
    id_: int = 1,
    **more: Any,
) -> dict[str, Any]:
    """Relative without a start, else Absolute."""
    schedule: dict[str, Any] = {
        "chargingRateUnit": unit,
        "chargingSchedulePeriod": [{"startPeriod": at, "limit": limit, "numberPhases": 3} for at, limit in periods],
    }
    if start is not None:
        schedule["startSchedule"] = start.isoformat()
    written = {
        "chargingProfileId": id_,
        "stackLevel": level,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": "Relative" if start is None else "Absolute",
        "chargingSchedule": schedule,
    }
    return written | more


def limits(*installed: dict[str, Any], at: datetime = NOON, phases: int = 1) -> float | None:
    profiles = Profiles(Behaviour(phases=phases))
    for each in installed:
        profiles.install(0 if each["chargingProfilePurpose"] == "ChargePointMaxProfile" else 1, each)
    return profiles.limit_w(SPAN, at=at)


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_without_profiles_nothing_limits():
    assert limits() is None


@pytest.mark.parametrize(("seconds", "limit_w"), [(0, 1000), (59, 1000), (60, 2000), (9999, 2000)])
def test_relative_periods_count_from_the_transactions_start(seconds: float, limit_w: float):
    assert limits(profile((0, 1000), (60, 2000)), at=later(seconds)) == limit_w


@pytest.mark.parametrize(("seconds", "limit_w"), [(-1, None), (0, 1000), (60, 2000), (119, 2000), (120, None)])
def test_absolute_periods_count_from_their_instant_for_their_duration(seconds: float, limit_w: float | None):
    lasting = profile((0, 1000), (60, 2000), start=later(600))
    lasting["chargingSchedule"]["duration"] = 120

    assert limits(lasting, at=later(600 + seconds)) == limit_w


def test_a_weekly_profile_begins_again():
    weekly = profile((0, 1000), (60, 2000), start=NOON, chargingProfileKind="Recurring", recurrencyKind="Weekly")

    assert limits(weekly, at=NOON + timedelta(days=21, seconds=30)) == 1000


def test_a_daily_profile_is_looked_at_again_when_its_next_day_begins():
    daily = profile((0, 1000), (60, 2000), start=NOON, chargingProfileKind="Recurring", recurrencyKind="Daily")
    profiles = Profiles(Behaviour())
    profiles.install(1, daily)

    assert profiles.next_change(SPAN, after=later(61)) == NOON + timedelta(days=1)


@pytest.mark.parametrize(("phases", "limit_w"), [(1, 2300), (3, 6900)])
def test_amperes_are_those_of_each_phase(phases: int, limit_w: float):
    assert limits(profile((0, 10), unit="A"), phases=phases) == limit_w


def test_the_highest_stack_level_counts_while_it_has_a_limit():
    over = profile((0, 500), start=later(60), level=1, id_=2)

    assert limits(profile((0, 1000)), over) == 1000
    assert limits(profile((0, 1000)), over, at=later(60)) == 500


def test_a_transactions_own_profile_counts_and_not_the_default():
    default = profile((0, 0), purpose="TxDefaultProfile", id_=2)

    assert limits(default) == 0
    assert limits(default, profile((0, 1000))) == 1000


def test_nothing_goes_above_the_maximum_of_the_charge_point():
    most = profile((0, 500), purpose="ChargePointMaxProfile", start=NOON, id_=2)

    assert limits(profile((0, 1000)), most) == 500


@pytest.mark.parametrize("outside", [{"validFrom": later(1).isoformat()}, {"validTo": NOON.isoformat()}])
def test_a_profile_counts_only_while_it_is_valid(outside: dict[str, str]):
    assert limits(profile((0, 1000), **outside)) is None


def test_the_same_id_replaces():
    assert limits(profile((0, 1000)), profile((0, 2000), level=5)) == 2000


@pytest.fixture
async def smart(make: MakeChargePoint) -> ChargePoint:
    """A charge point with Smart Charging, booted."""
    charge_point = make(smart_charging=True)
    await charge_point.connect()
    return charge_point


async def started(server: StrictServer, cp: ChargePoint, **more: Any) -> int:
    await cp.plug_in()
    await server.call("RemoteStartTransaction", {"idTag": TAG, "connectorId": 1, **more})
    state = await cp.until(lambda state: state.transaction_id is not None)
    await cp.settled()
    assert state.transaction_id is not None
    return state.transaction_id


async def put(server: StrictServer, wanted: dict[str, Any], connector: int = 1) -> str:
    answer = await server.call("SetChargingProfile", {"connectorId": connector, "csChargingProfiles": wanted})
    status: str = answer["status"]
    return status


async def test_power_follows_the_limit_and_zero_is_suspended(server: StrictServer, smart: ChargePoint):
    await started(server, smart)

    assert await put(server, profile((0, 3000))) == "Accepted"
    drawing = await smart.until(lambda state: state.power_w == 3000)
    await put(server, profile((0, 0)))
    held = await smart.until_status("SuspendedEVSE")

    assert drawing.status == "Charging"
    assert held.power_w == 0


async def test_a_period_begins_without_a_line(server: StrictServer, smart: ChargePoint):
    await started(server, smart)
    await put(server, profile((0, 0), (SOON_S, 3000), start=SystemClock().now()))
    await smart.until_status("SuspendedEVSE")

    await smart.disconnect()

    assert (await smart.until_status("Charging")).power_w == 3000


async def test_instants_are_those_of_its_own_clock(server: StrictServer, smart: ChargePoint):
    smart.behaviour.clock_skew_s = -3600
    await started(server, smart)

    await put(server, profile((0, 0), start=SystemClock().now()))
    await asyncio.sleep(0.1)

    assert smart.state().status == "Charging"


async def test_a_profile_in_the_start_holds_from_the_first(server: StrictServer, smart: ChargePoint):
    await started(server, smart, chargingProfile=profile((0, 0)))

    assert (await smart.until_status("SuspendedEVSE")).register_wh == 1000


async def test_a_start_that_expires_takes_its_profile_with_it(server: StrictServer, make: MakeChargePoint):
    cp = make(smart_charging=True, configuration={"ConnectionTimeOut": "0"})
    await cp.connect()
    start = {"idTag": TAG, "connectorId": 1, "chargingProfile": profile((0, 0))}
    await server.call("RemoteStartTransaction", start)
    await server.until(lambda: len(server.bodies("StatusNotification")) >= SAID_BY_THEN)

    await cp.plug_in()
    await cp.start_transaction(TAG)

    assert cp.state().status == "Charging"


async def test_a_profile_ends_with_its_transaction(server: StrictServer, smart: ChargePoint):
    await started(server, smart)
    await put(server, profile((0, 0)))
    await smart.stop_transaction()

    await smart.start_transaction(TAG)

    assert (await smart.until_status("Charging")).power_w == 7400


async def test_a_cleared_profile_limits_no_more(server: StrictServer, smart: ChargePoint):
    await started(server, smart)
    await put(server, profile((0, 0)))

    cleared = await server.call("ClearChargingProfile", {"id": 1})
    await smart.until_status("Charging")

    assert cleared == {"status": "Accepted"}
    assert await server.call("ClearChargingProfile", {"id": 1}) == {"status": "Unknown"}


@pytest.mark.parametrize(
    ("switch", "wanted"),
    [
        ({"rate_units": frozenset("A")}, profile((0, 3000))),
        ({"rate_units": frozenset("W")}, profile((0, 10), unit="A")),
        ({"refuse_profiles": True}, profile((0, 3000))),
        ({}, profile((0, 3000), transactionId=99)),
        ({}, profile((0, 3000), level=11)),
        ({}, profile(*((second, second) for second in range(25)))),
    ],
)
async def test_a_profile_may_be_rejected(
    server: StrictServer, smart: ChargePoint, switch: dict[str, Any], wanted: dict[str, Any]
):
    await started(server, smart)
    for name, value in switch.items():
        setattr(smart.behaviour, name, value)

    assert await put(server, wanted) == "Rejected"
    assert smart.state().power_w == 7400


async def test_a_profile_for_a_transaction_needs_one(server: StrictServer, smart: ChargePoint):
    assert await put(server, profile((0, 3000))) == "Rejected"
    assert await put(server, profile((0, 3000), purpose="TxDefaultProfile"), connector=0) == "Accepted"


@pytest.mark.parametrize("broken", [profile((5, 1)), profile((0, 1), unit="kW"), {"chargingProfileId": 1}])
async def test_what_is_no_profile_is_a_formation_violation(
    server: StrictServer, smart: ChargePoint, broken: dict[str, Any]
):
    smart.behaviour.rate_units = frozenset({"W", "A", "kW"})
    wanted = broken | {"chargingProfilePurpose": "TxDefaultProfile"}
    payload = {"connectorId": 1, "csChargingProfiles": wanted}

    with pytest.raises(CallError) as refused:
        await server.call("SetChargingProfile", payload)

    assert refused.value.code == "FormationViolation"


async def test_some_end_the_transaction_at_limit_zero(server: StrictServer, smart: ChargePoint):
    smart.behaviour.zero_limit_ends_transaction = True
    await started(server, smart)

    await put(server, profile((0, 0)))
    await smart.until_status("Finishing")

    assert server.bodies("StopTransaction")[0]["reason"] == "Other"


async def test_some_refuse_a_start_with_a_profile_and_some_ignore_it(server: StrictServer, smart: ChargePoint):
    smart.behaviour.refuse_start_with_profile = True
    start = {"idTag": TAG, "connectorId": 1, "chargingProfile": profile((0, 0))}
    await smart.plug_in()
    assert await server.call("RemoteStartTransaction", start) == {"status": "Rejected"}

    smart.behaviour.refuse_start_with_profile, smart.behaviour.ignore_start_profile = False, True
    await server.call("RemoteStartTransaction", start)

    assert (await smart.until_status("Charging")).power_w == 7400


async def test_the_composite_schedule_is_what_it_will_do(server: StrictServer, smart: ChargePoint):
    await started(server, smart)
    await put(server, profile((0, 2300), (600, 0)))

    answer = await server.call("GetCompositeSchedule", {"connectorId": 1, "duration": 900, "chargingRateUnit": "A"})

    periods = answer["chargingSchedule"]["chargingSchedulePeriod"]
    assert answer["status"] == "Accepted"
    assert [period["limit"] for period in periods] == [10.0, 0.0]
    assert periods[1]["startPeriod"] == pytest.approx(600, abs=5)


async def test_it_says_what_it_can_do_and_without_smart_charging_nothing_of_it(server: StrictServer, cp: ChargePoint):
    with pytest.raises(CallError) as refused:
        await server.call("ClearChargingProfile", {})
    plain = await server.call("GetConfiguration", {"key": ["ChargingScheduleMaxPeriods"]})
    cp.behaviour.smart_charging = True
    answer = await server.call("GetConfiguration", {"key": ["SupportedFeatureProfiles", "ChargingScheduleMaxPeriods"]})

    assert refused.value.code == "NotSupported"
    assert plain["unknownKey"] == ["ChargingScheduleMaxPeriods"]
    assert [key["value"] for key in answer["configurationKey"]] == ["Core,RemoteTrigger,SmartCharging", "24"]
