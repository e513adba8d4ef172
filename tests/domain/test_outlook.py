"""The outlook: what it says of a try, check by check."""

import dataclasses
from typing import Any

import pytest

from homecharge.domain.charger_state import ConnectorState, ConnectorStatus, StartMode
from homecharge.domain.outlook import CheckState, Outlook, Verdict, outlook
from homecharge.domain.rejections import Code
from homecharge.domain.smart_facts import Battery
from homecharge.domain.surplus import SolarFacts
from homecharge.domain.targets import EnergyTarget, SocTarget, Target
from tests.domain.builders import at, charger, connector, facts, foreign, offline, other
from tests.domain.test_following import plugged_in, priced, smart
from tests.domain.test_solar_charges import UNKEPT, on
from tests.domain.test_surplus import solar


def test_a_plugged_in_car_on_an_online_charger_will_start():
    told = outlook(facts(), now=at("22:30"))

    assert told.verdict is Verdict.WILL_START
    assert {check.state for check in told.checks} == {CheckState.OK}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"charger": offline()}, Code.CHARGER_OFFLINE),
        ({"other": other()}, Code.ALREADY_IN_PROGRESS),
        ({"connector": connector(ConnectorStatus.FAULTED)}, Code.CHARGER_FAULTED),
        ({"charger": charger(installing_firmware=True)}, Code.CHARGER_UNAVAILABLE),
        ({"connector": connector(ConnectorStatus.AVAILABLE)}, Code.CAR_UNPLUGGED),
        ({"connector": connector(full_at=at("22:30"))}, Code.BATTERY_FULL),
    ],
)
def test_the_check_that_fails_says_until_when_it_can_be_mended(changes: dict[str, Any], code: Code):
    told = outlook(facts(**changes), now=at("22:30"))

    failing = [check for check in told.checks if check.state is CheckState.FAILS]
    assert told.verdict is Verdict.WILL_NOT_START
    assert [(check.code, check.fix_before) for check in failing] == [(code, at("05:15"))]
    assert [check.rejection.code for check in failing if check.rejection] == [code]


@pytest.mark.parametrize("unknown", [None, connector(ConnectorStatus.UNKNOWN), connector(reported_at=at("17:00"))])
def test_what_the_charger_has_not_said_is_unknown_and_a_risk(unknown: ConnectorState | None):
    told = outlook(facts(connector=unknown), now=at("22:30"))

    assert told.verdict is Verdict.AT_RISK
    assert {check.code for check in told.checks if check.state is CheckState.UNKNOWN} == {
        Code.CHARGER_FAULTED,
        Code.CHARGER_UNAVAILABLE,
        Code.CAR_UNPLUGGED,
        Code.BATTERY_FULL,
    }


@pytest.mark.parametrize(("can_hold", "failing"), [(False, ["cannot_hold"]), (True, [])])
def test_a_free_vend_charger_that_keeps_no_profile_cannot_be_held_until_then(failing: list[str], *, can_hold: bool):
    told = outlook(facts(charger=charger(start_mode=StartMode.FREE_VEND, can_hold=can_hold)), now=at("22:30"))

    assert told.verdict is Verdict.WILL_START
    assert [check.code for check in told.checks if check.state is CheckState.FAILS] == failing


def smart_outlook(prices: str, target: Target, clock: str = "23:30", **changes: Any) -> Outlook:
    """Of a Smart try from 23:30 to 05:30, in half hours of these prices, at 9 kW."""
    subject = plugged_in(clock, target=target)
    return outlook(facts(subject, smart=smart(rates=priced(prices) if prices else (), **changes)), now=at(clock))


def state_of(told: Outlook, code: str) -> CheckState:
    [check] = [check for check in told.checks if check.code == code]
    return check.state


def test_a_smart_charge_with_time_to_spare_and_prices_will_start():
    told = smart_outlook("333331111999", EnergyTarget(18_000))

    assert told.verdict is Verdict.WILL_START
    assert [(check.code, check.state) for check in told.checks[-2:]] == [("enough_time", "ok"), ("tariff", "ok")]
    assert told.checks[-2].params == {"before": at("03:30")}


def test_a_plan_that_falls_short_is_a_risk():
    told = smart_outlook("333331111999", EnergyTarget(60_000))

    assert (told.verdict, state_of(told, "enough_time")) == (Verdict.AT_RISK, CheckState.FAILS)
    assert [check.params for check in told.checks if check.code == "enough_time"] == [{"missing_wh": 6_000}]


@pytest.mark.parametrize(("clock", "state"), [("03:00", CheckState.OK), ("03:00:01", CheckState.FAILS)])
def test_little_time_to_spare_is_a_risk_and_the_check_says_from_when_on_it_must_charge(clock: str, state: CheckState):
    told = smart_outlook("333331111999", EnergyTarget(18_000), clock)

    [check] = [check for check in told.checks if check.code == "enough_time"]
    assert check.state is state
    assert check.fix_before == (None if state is CheckState.OK else at("03:30"))
    assert (told.verdict is Verdict.AT_RISK) is (state is CheckState.FAILS)


def test_without_prices_it_will_start_all_the_same():
    told = smart_outlook("", EnergyTarget(18_000))

    assert (told.verdict, state_of(told, "tariff")) == (Verdict.WILL_START, CheckState.FAILS)


@pytest.mark.parametrize(
    ("battery", "state"),
    [
        (None, CheckState.UNKNOWN),
        (Battery(40_000, 90, None, 0), CheckState.UNKNOWN),
        (Battery(40_000, 90, 70, 0), CheckState.OK),
    ],
)
def test_a_target_in_percent_wants_the_state_of_charge_known(battery: Battery | None, state: CheckState):
    told = smart_outlook("333331111999", SocTarget(80), battery=battery)

    assert state_of(told, "state_of_charge") is state
    assert told.verdict is (Verdict.WILL_START if state is CheckState.OK else Verdict.AT_RISK)


@pytest.mark.parametrize(
    ("found", "verdict", "state"),
    [
        (solar(3_000), Verdict.WILL_START, CheckState.OK),
        (solar(1_000), Verdict.AT_RISK, CheckState.FAILS),
        (solar(3_000, "00:10"), Verdict.AT_RISK, CheckState.UNKNOWN),
        (solar(), Verdict.AT_RISK, CheckState.UNKNOWN),
        (dataclasses.replace(solar(8_000), keeps_courses=False), Verdict.WILL_START, CheckState.OK),
        (UNKEPT, Verdict.WILL_NOT_START, CheckState.UNKNOWN),
    ],
)
def test_in_solar_only_mode_it_says_whether_there_is_surplus(found: SolarFacts, verdict: Verdict, state: CheckState):
    told = outlook(on(found=found), now=at("00:30"))

    assert (told.verdict, state_of(told, "solar")) == (verdict, state)
    assert told.checks[-1].params["needed_w"] == found.least_w


@pytest.mark.parametrize(
    ("ends_at", "verdict"),
    [
        pytest.param("00:30", Verdict.WILL_START, id="as this one is due"),
        pytest.param("00:31", Verdict.WILL_NOT_START, id="later"),
        pytest.param(None, Verdict.WILL_NOT_START, id="nobody knows when"),
    ],
)
@pytest.mark.parametrize("has_transaction", [True, False])
def test_what_its_window_ends_before_is_in_nobodys_way(ends_at: str | None, verdict: Verdict, *, has_transaction: bool):
    busy = other(ends_at=None if ends_at is None else at(ends_at))
    known = facts(other=busy, foreign=foreign() if has_transaction else None)

    assert outlook(known, now=at("00:20")).verdict is verdict
