"""How a charge ended: before energy flowed and by whose hand, or with its need met or not."""

from decimal import Decimal

import pytest

from homecharge.domain.charger_state import ConnectorState, ConnectorStatus
from homecharge.domain.endings import ShortfallCode, ended_without_energy, ending, has_drawn
from homecharge.domain.facts import Spending
from homecharge.domain.limits import CostLimit, DurationLimit, EnergyLimit, Limit
from homecharge.domain.session_state import Result, Session, StopReason
from tests.domain.builders import at, charging, connector, facts, transaction

ASKED = {
    "stop_requested_at": at("00:31"),
    "stop_requested_by": "ada",
    "stop_requested_as": StopReason.DRIVER,
}


@pytest.mark.parametrize(
    ("stopped", "ocpp_reason", "evidence"),
    [
        (
            charging(**ASKED),
            "Remote",
            [("stop_requested", "ada", at("00:31")), ("transaction_stopped", "Remote", at("00:32"))],
        ),
        (charging(), "Local", [("transaction_stopped", "Local", at("00:32"))]),
    ],
)
def test_a_stop_before_energy_flowed_says_who_asked_for_it(
    stopped: Session, ocpp_reason: str, evidence: list[tuple[str, str, object]]
):
    ended = transaction(stopped_at=at("00:32"), stop_reason=ocpp_reason)

    reason = ended_without_energy(facts(stopped, own=(ended,)), ended, ended_at=at("00:32"))

    assert reason.variant == "stopped_before_start"
    assert [(fact.fact, fact.value, fact.at) for fact in reason.evidence] == evidence


@pytest.mark.parametrize(
    ("limit", "energy_wh", "ended_at", "result"),
    [
        (None, 3000, "01:00:10", None),
        (CostLimit(Decimal("1.00")), 3000, "01:00:10", None),
        (EnergyLimit(3000), 3000, "01:00:10", Result.MET),
        (EnergyLimit(3001), 3000, "01:00:10", Result.SHORT),
        (DurationLimit(1800), 3000, "01:00:10", Result.MET),
        (DurationLimit(1800), 3000, "01:00:05", Result.MET),  # within five seconds
        (DurationLimit(1800), 3000, "01:00:04", Result.SHORT),
    ],
)
def test_a_charge_has_met_its_need_or_falls_short_of_it(
    limit: Limit | None, energy_wh: int, ended_at: str, result: Result | None
):
    subject = charging(limit=limit, energy_wh=energy_wh)
    ended = transaction(stopped_at=at(ended_at), stop_reason="EVDisconnected")

    verdict = ending(facts(subject), ended, ended_at=at(ended_at))

    assert verdict.result is result
    assert (verdict.shortfall is not None) is (result is Result.SHORT)


@pytest.mark.parametrize(
    ("there", "ocpp_reason", "variant", "error_code"),
    [
        (connector(ConnectorStatus.CHARGING), "Other", "other", None),
        (connector(ConnectorStatus.CHARGING), "HardReset", "charger_restart", None),
        (connector(ConnectorStatus.FAULTED, error_code="GroundFailure"), "Other", None, "GroundFailure"),
    ],
)
def test_a_fault_is_only_named_where_one_was_reported(
    there: ConnectorState, ocpp_reason: str, variant: str | None, error_code: str | None
):
    ended = transaction(stopped_at=at("01:00"), stop_reason=ocpp_reason)

    told = ending(facts(charging(limit=EnergyLimit(5000)), connector=there), ended, ended_at=at("01:00")).shortfall

    assert told is not None
    assert told["code"] == ShortfallCode.CHARGER_FAULTED
    assert (told["variant"], told["params"].get("error_code")) == (variant, error_code)


@pytest.mark.parametrize(("limit", "missing_wh"), [(EnergyLimit(5000), 2000), (DurationLimit(7200), None)])
def test_a_shortfall_says_what_is_missing_and_what_the_connector_said(limit: Limit, missing_wh: int | None):
    subject = charging(limit=limit, energy_wh=3000)
    ended = transaction(stopped_at=at("01:00"), stop_reason="EVDisconnected")
    available = connector(ConnectorStatus.AVAILABLE, reported_at=at("01:00:01"))

    told = ending(facts(subject, connector=available), ended, ended_at=at("01:00")).shortfall
    bare = ending(facts(subject, connector=None), ended, ended_at=at("01:00")).shortfall

    assert told is not None
    assert bare is not None
    assert (told["code"], told["missing_wh"]) == (ShortfallCode.UNPLUGGED_EARLY, missing_wh)
    assert [(fact["fact"], fact["value"]) for fact in told["evidence"]] == [
        ("stop_reason", "unplugged"),
        ("connector_status", "available"),
    ]
    assert [fact["fact"] for fact in bare["evidence"]] == ["stop_reason"]


@pytest.mark.parametrize(
    ("said", "limit", "is_recoverable"),
    [
        ("PowerLoss", None, True),
        ("PowerLoss", EnergyLimit(5000), True),
        ("PowerLoss", EnergyLimit(3000), False),  # it has what it needs
        ("DeAuthorized", EnergyLimit(5000), False),
        ("EVDisconnected", EnergyLimit(5000), False),
        ("Local", EnergyLimit(5000), False),
        ("SomethingNew", EnergyLimit(5000), True),
    ],
)
def test_what_the_charger_ended_too_early_may_go_on(said: str, limit: Limit | None, *, is_recoverable: bool):
    ended = transaction(stopped_at=at("01:00"), stop_reason=said)

    verdict = ending(facts(charging(limit=limit, energy_wh=3000)), ended, ended_at=at("01:00"))

    assert verdict.is_recoverable is is_recoverable


def test_a_fault_before_energy_flowed_is_told_with_its_error_code():
    faulted = connector(ConnectorStatus.FAULTED, error_code="GroundFailure")
    ended = transaction(stopped_at=at("00:32"), stop_reason="Other")

    coded = ended_without_energy(facts(charging(), connector=faulted), ended, ended_at=at("00:32"))
    bare = ended_without_energy(facts(charging(), connector=None, station=faulted), ended, ended_at=at("00:32"))

    assert (coded.variant, coded.params["error_code"]) == ("fault_during", "GroundFailure")
    assert (bare.variant, bare.params["error_code"]) == ("fault_during", None)


@pytest.mark.parametrize(
    ("subject", "drew_at", "expected"),
    [
        (charging(), None, False),
        (charging(drew_at=at("00:31")), None, True),
        (charging(energy_wh=49), None, False),
        (charging(energy_wh=50), None, True),  # what the stop itself told
        (charging(), "00:31", True),  # by power, on a register that stands still
        (charging(started_at=at("00:40")), "00:31", False),  # before it was taken over
    ],
)
def test_energy_has_counted(subject: Session, drew_at: str | None, *, expected: bool):
    open_one = transaction(drew_at=at(drew_at) if drew_at else None)

    assert has_drawn(subject, open_one) is expected


@pytest.mark.parametrize(
    ("there", "code"),
    [
        (connector(ConnectorStatus.CHARGING), ShortfallCode.NOT_ENOUGH_TIME),
        (None, ShortfallCode.NOT_ENOUGH_TIME),
        (connector(ConnectorStatus.SUSPENDED_EV), ShortfallCode.CAR_STOPPED),
        (connector(ConnectorStatus.FINISHING, full_at=at("00:50")), ShortfallCode.CAR_STOPPED),
    ],
)
def test_at_the_end_of_its_window_it_was_the_car_or_the_time(there: ConnectorState | None, code: ShortfallCode):
    subject = charging(limit=EnergyLimit(9000), stop_requested_as=StopReason.WINDOW_END)
    ended = transaction(stopped_at=at("05:30"), stop_reason="Remote")

    shortfall = ending(facts(subject, connector=there), ended, ended_at=at("05:30")).shortfall

    assert shortfall is not None
    assert shortfall["code"] == code


@pytest.mark.parametrize(
    ("asked", "cost", "result", "code"),
    [
        (StopReason.LIMIT_COST, "0.99", Result.MET, None),  # a late reading told of less
        (None, "1.00", Result.MET, None),
        (None, "0.99", Result.SHORT, ShortfallCode.UNPLUGGED_EARLY),
    ],
)
def test_a_charge_for_so_much_money_has_met_its_need_once_that_is_spent(
    asked: StopReason | None, cost: str, result: Result, code: ShortfallCode | None
):
    subject = charging(limit=CostLimit(Decimal("1.00")), stop_requested_as=asked)
    ended = transaction(stopped_at=at("01:00"), stop_reason="EVDisconnected")
    spending = Spending(Decimal(cost), None, None)

    verdict = ending(facts(subject, spending=spending), ended, ended_at=at("01:00"))

    assert (verdict.result, verdict.shortfall and verdict.shortfall["code"]) == (result, code)


def test_a_budget_that_is_spent_before_the_energy_is_there_says_so():
    subject = charging(limit=EnergyLimit(9000), stop_requested_as=StopReason.LIMIT_COST)
    ended = transaction(stopped_at=at("01:00"), stop_reason="Remote")

    told = ending(facts(subject), ended, ended_at=at("01:00")).shortfall

    assert told is not None
    assert told["code"] == ShortfallCode.BUDGET_SPENT
