"""May a try start: the table of rejections.md row by row, its precedence, and what a due try waits for."""

import dataclasses
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest

from homecharge.domain.charger_state import ChargerState, ConnectorStatus, LastRefusal, OfflineCause, Transaction
from homecharge.domain.facts import OtherSession
from homecharge.domain.rejections import CATALOGUE, Category, Code, FixBy, stored
from homecharge.domain.session_state import Session, Status
from homecharge.domain.start_rules import check_start, wait_until
from homecharge.domain.times import Interval
from tests.domain.builders import (
    at,
    boost,
    charger,
    connector,
    facts,
    foreign,
    offline,
    other,
    plug_in,
    recovers,
    session,
    transaction,
)

AVAILABLE = connector(ConnectorStatus.AVAILABLE)
FAULTED = connector(ConnectorStatus.FAULTED, error_code="GroundFailure")
FULL = connector(ConnectorStatus.FINISHING, soc_percent=100, soc_at=at("00:20"))
BY_GATEWAY = offline(offline_cause=OfflineCause.GATEWAY)
HOLDING: dict[Code, dict[str, Any]] = {
    Code.CANCELLED: {"session": session(stop_requested_at=at("00:29"))},
    Code.CHARGER_OFFLINE: {"charger": offline()},
    Code.ALREADY_IN_PROGRESS: {"other": other()},
    Code.CHARGER_FAULTED: {"station": connector(ConnectorStatus.FAULTED, connector_id=0)},
    Code.CHARGER_UNAVAILABLE: {"charger": charger(installing_firmware=True)},
    Code.CAR_UNPLUGGED: {"connector": AVAILABLE},
    Code.BATTERY_FULL: {"connector": FULL},
}
IMPOSSIBLE_TOGETHER = [
    {Code.CHARGER_OFFLINE, Code.CHARGER_FAULTED},  # without a line nothing is known of a connector
    {Code.CHARGER_OFFLINE, Code.CHARGER_UNAVAILABLE},
    {Code.CHARGER_OFFLINE, Code.CAR_UNPLUGGED},
    {Code.CHARGER_OFFLINE, Code.BATTERY_FULL},
    {Code.CAR_UNPLUGGED, Code.BATTERY_FULL},
]


def codes(now: str = "00:30", **changes: Any) -> list[Code]:
    return [reason.code for reason in check_start(facts(**changes), now=at(now))]


def test_nothing_speaks_against_a_plugged_in_car_on_a_charger_that_is_online():
    assert codes() == []


@pytest.mark.parametrize("code", HOLDING)
def test_each_reason_holds_by_itself(code: Code):
    assert codes(**HOLDING[code]) == [code]


@pytest.mark.parametrize(
    ("first", "second"),
    [pair for pair in combinations(HOLDING, 2) if set(pair) not in IMPOSSIBLE_TOGETHER],
)
def test_of_two_reasons_the_earlier_in_the_table_counts_and_the_other_is_told_too(first: Code, second: Code):
    held = HOLDING[second] | HOLDING[first]

    reasons = check_start(facts(**held), now=at("00:30"))

    assert [reason.code for reason in reasons] == [first, second]
    assert stored(reasons)["code"] == first
    assert stored(reasons)["also"] == [second]


def test_every_reason_at_once_comes_in_the_order_of_the_table():
    found = codes(
        "05:31",
        session=session(stop_requested_at=at("05:29")),
        charger=charger(installing_firmware=True),
        other=other(),
        station=connector(ConnectorStatus.FAULTED, connector_id=0),
        connector=FULL,
    )

    assert found == [
        Code.CANCELLED,
        Code.WINDOW_MISSED,
        Code.ALREADY_IN_PROGRESS,
        Code.CHARGER_FAULTED,
        Code.CHARGER_UNAVAILABLE,
        Code.BATTERY_FULL,
    ]


T, R = Category.TERMINAL, Category.RETRIABLE


@pytest.mark.parametrize(
    ("code", "category", "fix_by"),
    [
        (Code.CANCELLED, T, FixBy.NOBODY),
        (Code.WINDOW_MISSED, T, FixBy.OPERATOR),
        (Code.CHARGER_OFFLINE, R, FixBy.DRIVER),
        (Code.ALREADY_IN_PROGRESS, R, FixBy.DRIVER),
        (Code.CHARGER_FAULTED, R, FixBy.CHARGER),
        (Code.CHARGER_UNAVAILABLE, R, FixBy.OPERATOR),
        (Code.CAR_UNPLUGGED, R, FixBy.DRIVER),
        (Code.BATTERY_FULL, R, FixBy.DRIVER),
        (Code.RESTRICTED_HOURS, R, FixBy.DRIVER),
        (Code.SOLAR_UNAVAILABLE, R, FixBy.NOBODY),
        (Code.NOT_AUTHORIZED, T, FixBy.OPERATOR),
        (Code.CHARGER_REFUSED, R, FixBy.CHARGER),
        (Code.NO_ANSWER, R, FixBy.CHARGER),
        (Code.START_NOT_CONFIRMED, R, FixBy.DRIVER),
        (Code.NO_ENERGY_DRAWN, R, FixBy.DRIVER),
        (Code.NOTHING_AFFORDABLE, T, FixBy.DRIVER),
    ],
)
def test_the_catalogue_says_of_each_code_what_the_document_says(code: Code, category: Category, fix_by: FixBy):
    row = CATALOGUE[code]

    assert (row.code, row.category, row.fix_by) == (code, category, fix_by)


def test_the_codes_stand_in_the_order_of_the_table():
    assert list(Code) == list(CATALOGUE)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (ConnectorStatus.AVAILABLE, Code.CAR_UNPLUGGED),
        (ConnectorStatus.PREPARING, None),
        (ConnectorStatus.FINISHING, None),
        (ConnectorStatus.SUSPENDED_EV, None),
        (ConnectorStatus.SUSPENDED_EVSE, None),
        (ConnectorStatus.CHARGING, None),
        (ConnectorStatus.UNKNOWN, None),
        (ConnectorStatus.FAULTED, Code.CHARGER_FAULTED),
        (ConnectorStatus.UNAVAILABLE, Code.CHARGER_UNAVAILABLE),
        (ConnectorStatus.RESERVED, Code.CHARGER_UNAVAILABLE),
    ],
)
def test_the_status_at_the_due_time_decides_without_a_transaction(status: ConnectorStatus, code: Code | None):
    assert codes(connector=connector(status)) == ([code] if code else [])


@pytest.mark.parametrize("status", ConnectorStatus)
def test_a_status_older_than_the_present_connection_is_no_reason(status: ConnectorStatus):
    last_known = connector(status, reported_at=at("17:59"))

    assert codes(connector=last_known, station=last_known) == []


def test_a_connector_that_never_said_anything_is_tried():
    assert codes(connector=None) == []


@pytest.mark.parametrize(
    ("soc_percent", "soc_at", "full_at", "is_full"),
    [
        (100, "00:20", None, True),
        (99, "00:20", None, False),
        (100, "17:00", None, False),  # learnt on an earlier connection: the car may be another
        (None, None, "00:10", True),
        (None, None, "17:00", False),
        (None, None, None, False),
    ],
)
def test_a_battery_is_known_full_by_its_state_of_charge_or_by_having_stopped_in_this_plug_in(
    soc_percent: int | None, soc_at: str | None, full_at: str | None, *, is_full: bool
):
    there = connector(
        ConnectorStatus.FINISHING,
        soc_percent=soc_percent,
        soc_at=at(soc_at) if soc_at else None,
        full_at=at(full_at) if full_at else None,
    )

    reasons = check_start(facts(connector=there), now=at("00:30"))

    assert [(reason.code, reason.category) for reason in reasons] == (
        [(Code.BATTERY_FULL, Category.SATISFIED)] if is_full else []
    )


def test_a_car_that_draws_again_is_not_held_to_have_been_full():
    assert codes(connector=FULL, recovers=recovers(Code.BATTERY_FULL)) == []
    assert codes(connector=FULL, recovers=recovers(Code.NO_ANSWER)) == [Code.BATTERY_FULL]


def test_a_car_that_is_gone_is_not_full():
    assert codes(connector=dataclasses.replace(FULL, status=ConnectorStatus.AVAILABLE)) == [Code.CAR_UNPLUGGED]


@pytest.mark.parametrize(("changed", "since"), [("21:00", "21:00"), (None, "22:00")])
def test_an_unplugged_car_is_told_with_the_time_since_when(changed: str | None, since: str):
    unplugged = dataclasses.replace(AVAILABLE, changed_at=at(changed) if changed else None)

    (reason,) = check_start(facts(connector=unplugged), now=at("00:30"))

    assert reason.params == {"since": at(since)}


def test_a_fault_is_told_with_its_error_code():
    (reason,) = check_start(facts(connector=FAULTED), now=at("00:30"))

    assert reason.params == {"error_code": "GroundFailure", "since": FAULTED.reported_at}
    assert [(fact.fact, fact.value) for fact in reason.evidence] == [
        ("connector_status", "faulted"),
        ("error_code", "GroundFailure"),
    ]


def test_a_fault_without_an_error_code_is_told_without_it():
    (reason,) = check_start(facts(connector=connector(ConnectorStatus.FAULTED)), now=at("00:30"))

    assert [fact.fact for fact in reason.evidence] == ["connector_status"]


def test_firmware_being_installed_is_out_of_service():
    (reason,) = check_start(facts(charger=charger(installing_firmware=True)), now=at("00:30"))
    (bare,) = check_start(facts(charger=charger(installing_firmware=True, last_seen_at=None)), now=at("00:30"))

    assert (reason.variant, reason.evidence[0].at) == ("firmware", at("00:29"))
    assert (bare.variant, bare.evidence[0].at) == ("firmware", at("18:00"))
    assert codes("00:31", charger=offline(installing_firmware=True)) == [Code.CHARGER_OFFLINE]


@pytest.mark.parametrize(
    ("subject", "there", "expected"),
    [
        (session(), other(), [Code.ALREADY_IN_PROGRESS]),
        (session(), other(status=Status.PAUSED), [Code.ALREADY_IN_PROGRESS]),
        (session(), other(status=Status.STARTING), [Code.ALREADY_IN_PROGRESS]),
        (boost(), other(), [Code.ALREADY_IN_PROGRESS]),
        (boost(), other(status=Status.PAUSED), []),
    ],
)
def test_another_session_is_in_the_way_unless_it_is_paused_and_this_is_a_boost(
    subject: Session, there: OtherSession, expected: list[Code]
):
    assert codes(session=subject, other=there) == expected


def test_a_session_in_progress_counts_whatever_the_connection():
    assert codes("00:31", charger=offline(), other=other()) == [Code.CHARGER_OFFLINE, Code.ALREADY_IN_PROGRESS]


@pytest.mark.parametrize(
    ("open_one", "is_in_the_way"),
    [
        (foreign(is_refused=True, session_id=None), True),
        (foreign(is_refused=True, session_id="other"), True),
        (foreign(heard_at=at("17:00"), is_refused=True), False),  # not heard of on this connection
        (foreign(stop_tries=1), True),
        (foreign(stop_at=at("00:30")), True),
        (foreign(stop_at=at("05:30")), False),  # left open for the car, taken over
        (foreign(), False),
    ],
)
def test_an_open_transaction_is_in_the_way_unless_it_is_adopted(open_one: Transaction, *, is_in_the_way: bool):
    there = connector(ConnectorStatus.SUSPENDED_EV)

    found = codes(foreign=open_one, connector=there)

    assert found == ([Code.ALREADY_IN_PROGRESS] if is_in_the_way else [])


@pytest.mark.parametrize(("since", "found"), [("00:25", []), ("00:25:01", [Code.ALREADY_IN_PROGRESS])])
def test_a_transaction_that_the_charger_no_longer_shows_is_not_in_the_way(since: str, found: list[Code]):
    there = connector(reported_at=at(since), changed_at=at(since))
    forgotten = foreign(is_refused=True, heard_at=at("00:10"))

    assert codes(foreign=forgotten, connector=there) == found


def test_a_connector_that_says_charging_is_not_a_transaction():
    assert codes(connector=connector(ConnectorStatus.CHARGING)) == []


OUTAGE = Interval(at("05:00"), at("05:45"))


@pytest.mark.parametrize(
    ("now", "changes", "expected"),
    [
        ("05:29:59", {}, []),
        ("05:30", {}, [Code.WINDOW_MISSED]),
        ("05:46", {"outages": (OUTAGE,)}, [Code.WINDOW_MISSED]),
        ("05:30", {"charger": offline()}, [Code.CHARGER_OFFLINE]),  # it was waited for to the window's end
        ("05:30:59", {"charger": offline()}, [Code.CHARGER_OFFLINE]),
        ("05:31", {"charger": offline()}, [Code.WINDOW_MISSED, Code.CHARGER_OFFLINE]),
        ("05:30", {"charger": offline(), "outages": (OUTAGE,)}, [Code.WINDOW_MISSED, Code.CHARGER_OFFLINE]),
    ],
)
def test_a_window_is_missed_when_nobody_decided_within_it(now: str, changes: dict[str, Any], expected: list[Code]):
    assert codes(now, **changes) == expected


def test_a_missed_window_tells_of_the_outage():
    (reason,) = check_start(facts(outages=(OUTAGE,)), now=at("05:46"))

    assert reason.params == {"began_at": at("05:00"), "ended_at": at("05:45")}
    assert [fact.fact for fact in reason.evidence] == ["window_ended", "our_outage_began", "our_outage_ended"]


def test_what_no_window_bounds_is_never_missed():
    assert codes("05:31", session=plug_in()) == []


@pytest.mark.parametrize(
    ("line", "variant", "fix_by", "evidence"),
    [
        (offline(), None, None, ["last_seen", "last_known_status"]),
        (offline(ever_connected=False, last_seen_at=None), "never_connected", None, ["never_connected"]),
        (BY_GATEWAY, "outage", FixBy.OPERATOR, ["gateway_outage", "last_seen", "last_known_status"]),
    ],
)
def test_an_absent_charger_is_told_with_what_is_known_of_it(
    line: ChargerState, variant: str | None, fix_by: FixBy | None, evidence: list[str]
):
    (reason,) = check_start(facts(charger=line), now=at("00:31"))

    assert (reason.variant, reason.fix_by) == (variant, fix_by)
    assert [fact.fact for fact in reason.evidence] == evidence


NEVER = offline(ever_connected=False, last_seen_at=None, offline_since=None)


@pytest.mark.parametrize(
    ("line", "evidence"),
    [
        (NEVER, ["connection_refused", "never_connected"]),
        (offline(), ["connection_refused", "last_seen", "last_known_status"]),
        (BY_GATEWAY, ["connection_refused", "last_seen", "last_known_status"]),
    ],
)
@pytest.mark.parametrize("why", ["wrong_password", "password_missing", "unsupported_protocol"])
def test_a_charger_that_came_and_was_refused_is_told_with_why(line: ChargerState, evidence: list[str], why: str):
    refused = dataclasses.replace(line, last_refusal=LastRefusal(at("00:10"), why))

    (reason,) = check_start(facts(charger=refused), now=at("00:35"))

    assert (reason.code, reason.variant, reason.fix_by) == (Code.CHARGER_OFFLINE, why, None)
    assert reason.params == {"at": at("00:10")}
    assert [fact.fact for fact in reason.evidence] == evidence
    assert (reason.evidence[0].at, reason.evidence[0].value) == (at("00:10"), why)


@pytest.mark.parametrize(
    ("line", "refused_at"), [(offline(), "23:41"), (charger(connected_at=at("00:34:50")), "00:34:55")]
)
def test_a_refusal_of_a_charger_that_was_heard_later_or_is_here_explains_nothing(line: ChargerState, refused_at: str):
    refused = dataclasses.replace(line, last_refusal=LastRefusal(at(refused_at), "wrong_password"))

    (reason,) = check_start(facts(charger=refused, recovers=recovers(Code.CHARGER_OFFLINE)), now=at("00:35"))

    assert (reason.code, reason.variant) == (Code.CHARGER_OFFLINE, None)


def test_a_charger_whose_last_word_nobody_kept_is_told_without_it():
    unknown = offline(last_seen_at=None, offline_since=None)

    (reason,) = check_start(facts(charger=unknown, connector=None), now=at("00:31"))

    assert reason.params == {"since": None}
    assert [(fact.fact, fact.value) for fact in reason.evidence] == [("last_seen", None)]


@pytest.mark.parametrize(
    ("last_seen", "offline_since", "since"), [("23:40", "23:41", "23:40"), (None, "23:41", "23:41")]
)
def test_an_absent_charger_is_told_with_the_time_since_when(last_seen: str | None, offline_since: str, since: str):
    line = offline(last_seen_at=at(last_seen) if last_seen else None, offline_since=at(offline_since))
    never_told = connector(ConnectorStatus.UNKNOWN, reported_at=None)

    (reason,) = check_start(facts(charger=line, connector=never_told), now=at("00:31"))

    assert reason.params == {"since": at(since)}
    assert [(fact.fact, fact.at) for fact in reason.evidence] == [("last_seen", at(since))]


def test_an_outage_of_unknown_beginning_is_told_as_of_now():
    unknown = offline(offline_cause=OfflineCause.GATEWAY, offline_since=None)

    (reason,) = check_start(facts(charger=unknown), now=at("00:35"))
    (known,) = check_start(facts(charger=BY_GATEWAY), now=at("00:35"))

    assert reason.params["began_at"] == at("00:35")
    assert known.params["began_at"] == at("23:41")


SHORT = session(window_end=at("00:30:40"), last_feasible_start=at("00:30"))
AFTER_OFFLINE = {"recovers": recovers(Code.CHARGER_OFFLINE)}
HELD = {"connector": connector(held_at=at("00:20")), "recovers": recovers(Code.CAR_UNPLUGGED)}


@pytest.mark.parametrize(
    ("changes", "until"),
    [
        ({}, None),
        # the grace of a charger without a line
        ({"charger": offline()}, "00:31"),
        ({"charger": BY_GATEWAY}, "00:35"),
        ({"charger": offline(), "session": SHORT}, "00:30:40"),
        ({"charger": offline(), "session": plug_in()}, "00:31"),
        ({"charger": offline(), "session": session(stop_requested_at=at("00:29"))}, None),
        # a line that has just come up has yet to tell of its connectors
        ({"charger": charger(connected_at=at("00:29:58"))}, "00:30:03"),
        ({"charger": charger(connected_at=at("00:29:58")), "connector": None}, "00:30:03"),
        ({"charger": charger(connected_at=at("00:29:58")), "session": session(window_end=at("00:30:03"))}, None),
        ({"charger": charger(connected_at=at("00:29:58")), "session": session(window_end=at("00:30:04"))}, "00:30:03"),
        ({"charger": charger(connected_at=at("00:29:58")), "session": plug_in()}, "00:30:03"),
        ({"charger": charger(connected_at=at("00:20"))}, None),
        # a recovery from charger_offline needs a line that lasts
        (AFTER_OFFLINE, None),
        ({**AFTER_OFFLINE, "charger": charger(connected_at=at("00:29:50"))}, "00:30:20"),
        ({**AFTER_OFFLINE, "charger": offline()}, "05:15"),
        ({**AFTER_OFFLINE, "charger": charger(connected_at=at("00:29:50")), "session": SHORT}, None),
        ({"recovers": recovers(Code.CAR_UNPLUGGED), "charger": offline()}, "00:31"),
        # after a stop by the driver: until replugged
        (HELD, "05:15"),
        ({**HELD, "recovers": None}, None),
        # what was asked for after the stop is recovered as usual
        ({**HELD, "recovers": recovers(Code.CHARGER_REFUSED, due_at=at("00:20:01"))}, None),
        ({**HELD, "connector": None}, None),
    ],
)
def test_a_due_try_waits_for_what_may_still_come(changes: dict[str, Any], until: str | None):
    expected = at(until) if until else None

    assert wait_until(facts(**changes), now=at("00:30")) == expected


def test_what_no_window_bounds_waits_a_day_for_a_line_that_lasts():
    flapping = facts(plug_in(), charger=offline(), **AFTER_OFFLINE)

    assert wait_until(flapping, now=at("00:30")) == at("00:30") + timedelta(days=1)


@pytest.mark.parametrize(
    ("outages", "until"),
    [
        ((Interval(at("00:20"), at("00:45")),), "00:46"),
        ((Interval(at("00:50"), at("00:55")), Interval(at("00:20"), at("00:45"))), "00:56"),
    ],
)
def test_after_an_outage_of_ours_the_grace_begins_anew(outages: tuple[Interval, ...], until: str):
    assert wait_until(facts(charger=offline(), outages=outages), now=at("00:45")) == at(until)


def test_a_line_that_never_settled_by_the_last_feasible_start_was_no_line():
    flapping = facts(charger=charger(connected_at=at("05:14:50")), **AFTER_OFFLINE)

    assert wait_until(flapping, now=at("05:15")) is None
    assert [reason.code for reason in check_start(flapping, now=at("05:15"))] == [Code.CHARGER_OFFLINE]


def test_a_recovery_after_the_drivers_stop_is_cancelled_when_nobody_replugs():
    assert codes("05:15", **HELD) == [Code.CANCELLED]


def test_a_transaction_of_its_own_is_not_in_its_way():
    started = facts(own=(transaction(),), connector=AVAILABLE)

    assert check_start(started, now=at("00:31")) == ()
