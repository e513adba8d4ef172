"""Stored reasons in words, as somebody reads them in the location's time."""

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from homecharge.domain.rejections import Category, Code, Evidence, FixBy, Rejection, Tone, stored
from homecharge.domain.session_state import PARTNER_START, Kind, Session, Status
from homecharge.domain.texts import DEFAULT
from homecharge.domain.texts.values import Reader
from homecharge.domain.timeline import Actor, Step, StepKind
from homecharge.domain.times import Interval
from homecharge.domain.wording import RejectionText, people_named, rejection_text, shortfall_text
from homecharge.domain.wording_catalogue import reasons
from homecharge.domain.wording_notices import check_text, step_text, waiting_text, warning_text
from homecharge.services.planning import new_session
from homecharge.services.tries import Try

DUE = datetime(2026, 7, 21, 23, 30, tzinfo=UTC)  # 00:30 on the 22nd in London
WINDOW = Interval(DUE, DUE + timedelta(hours=5))
LAST = WINDOW.end - timedelta(minutes=15)
SOON = DUE + timedelta(minutes=1)
LONG_AFTER = DUE + timedelta(days=3)


def reader(*, now: datetime = SOON, zone: str = "Europe/London") -> Reader:
    return Reader(language=DEFAULT, zone=ZoneInfo(zone), now=now, people={"1a": "Ada"})


def session(**changes: Any) -> Session:
    attempt = Try(
        kind=Kind.MANUAL,
        location_id="the location",
        charger_id="the charger",
        connector_id=1,
        driver_id=None,
        due_at=DUE,
        window=WINDOW,
        last_feasible_start=LAST,
    )
    return dataclasses.replace(new_session(attempt, now=DUE), **changes)


def rejected(*found: Rejection, exhausted: bool = False, **changes: Any) -> Session:
    reason = stored(found, exhausted=exhausted)
    over = {"status": Status.REJECTED, "reason": found[0].code.value, "rejection": reason, "ended_at": DUE}
    return session(**over | {"open_until": LAST} | changes)


def text(rejection: Rejection, *, now: datetime = SOON, zone: str = "Europe/London", **changes: Any) -> RejectionText:
    found = rejection_text(rejected(rejection, **changes), reader(now=now, zone=zone))
    assert found is not None
    return found


def at(day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, 7, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "variant", "params", "detail", "advice"),
    [
        (
            Code.CHARGER_OFFLINE,
            None,
            {"since": at(21, 22, 41)},
            "Your charger has not been in touch since 23:41.",
            "Check the charger's power and Wi-Fi before 05:15: the charge starts once it is back.",
        ),
        (
            Code.CHARGER_OFFLINE,
            None,
            {"since": at(19, 22, 41)},
            "Your charger has not been in touch since Sun 19 Jul 23:41.",
            "Check the charger's power and Wi-Fi before 05:15: the charge starts once it is back.",
        ),
        (
            Code.CHARGER_OFFLINE,
            "never_connected",
            {},
            "Your charger has never been in touch with Homecharge.",
            "Finish the charger's set-up before 05:15: the charge starts once it connects.",
        ),
        (
            Code.CHARGER_OFFLINE,
            "wrong_password",
            {"at": at(21, 22, 41)},
            "Your charger tried to connect at 23:41, and its password was refused.",
            "Set the charger's password again before 05:15: the charge starts once it connects.",
        ),
        (
            Code.CAR_UNPLUGGED,
            None,
            {"since": None},
            "The car was not plugged in.",
            "Plug in before 05:15 and it will still charge until 05:30.",
        ),
        (
            Code.ALREADY_IN_PROGRESS,
            "session",
            {"kind": "boost", "status": "charging", "since": at(21, 20, 0), "reference": "K7Q2-9MXP"},
            "A Boost has been charging on this connector since 21:00 (session K7Q2-9MXP).",
            "Stop that session before 05:15 and this charge starts.",
        ),
        (
            Code.CHARGER_FAULTED,
            None,
            {"error_code": "GroundFailure"},
            "The charger reported a fault: GroundFailure.",
            "Switch the charger off and on again before 05:15: the charge starts once the fault is gone.",
        ),
        (
            Code.BATTERY_FULL,
            "inferred",
            {},
            "The charger offered power; the car took none and said that it was waiting.",
            "It is full, or its own timer or limit holds it back: check the car.",
        ),
        (
            Code.CANCELLED,
            "occurrence_skipped",
            {"who": "1a", "at": at(21, 20, 3)},
            "Ada skipped this charge at 21:03.",
            "Nothing to do: the schedule goes on with its next date.",
        ),
        (
            Code.CANCELLED,
            "schedule_deleted",
            {"who": "2b", "at": at(21, 20, 3)},
            "A former member deleted its schedule at 21:03.",
            "Make a new schedule if you want to charge at this time again.",
        ),
        (
            Code.NOT_AUTHORIZED,
            None,
            {"code": "A30", "tag": "04A1…D4"},
            "The card 04A1…D4 was not accepted (A30).",
            "Pair the card with this location, then hold it to the charger again.",
        ),
        (
            Code.NOT_AUTHORIZED,
            "A11",
            {"code": "A11", "tag": "04A1…D4", "provider": "Volt", "contact": "+31 20 123"},
            "The card is known, but Volt does not mark it valid.",
            "Contact Volt (+31 20 123), which alone can mark the card valid.",
        ),
        (
            Code.NOT_AUTHORIZED,
            "free_vend",
            {"code": "A30", "tag": "04A1…D4"},
            "This charger starts by itself, and the tag 04A1…D4 that it gave was not accepted (A30).",
            "Set its start mode (start_mode) to free_vend, or turn off the charger's own free-vend mode.",
        ),
    ],
)
def test_the_detail_names_the_fact_and_the_advice_the_time_to_act_before(
    code: Code, variant: str | None, params: dict[str, Any], detail: str, advice: str
):
    rejection = Rejection(code=code, variant=variant, params=params)

    found = text(rejection)

    assert (found.detail, found.advice) == (detail, advice)


def test_times_are_the_locations_and_not_the_readers():
    rejection = Rejection(code=Code.CHARGER_OFFLINE, params={"since": at(21, 22, 41)})

    found = text(rejection, zone="America/New_York")

    assert found.detail == "Your charger has not been in touch since 18:41."


def test_in_a_boost_the_time_to_act_before_is_the_end_of_its_window():
    found = text(Rejection(code=Code.CAR_UNPLUGGED), window_end=LAST)

    assert found.advice == "Plug in before 05:15 and the charge starts by itself."


def test_advice_forgets_the_time_to_act_before_once_it_has_passed():
    found = text(Rejection(code=Code.CAR_UNPLUGGED), now=LONG_AFTER)

    assert found.advice == "Plug in, and start a Boost if you cannot wait for the next charge."
    assert found.act_before == LAST


def test_advice_forgets_it_too_when_a_later_try_is_planned():
    found = rejection_text(rejected(Rejection(code=Code.NO_ENERGY_DRAWN)), reader(), recovery=Status.PLANNED)

    assert found is not None
    assert found.advice == "Check the car's own timer and charge limit."
    assert found.action is not None


def test_a_try_after_which_another_has_begun_asks_nothing_of_anybody():
    found = rejection_text(rejected(Rejection(code=Code.CAR_UNPLUGGED)), reader(), recovery=Status.CHARGING)

    assert found is not None
    assert found.advice == "Nothing to do here: it was tried again."
    assert found.action is None


@pytest.mark.parametrize(
    ("rejection", "tone", "category", "action"),
    [
        (Rejection(code=Code.BATTERY_FULL, variant="known", category=Category.SATISFIED), "neutral", "satisfied", None),
        (Rejection(code=Code.BATTERY_FULL, variant="inferred"), "warning", "retriable", ("check_car", "the charger")),
        (Rejection(code=Code.CANCELLED), "neutral", "terminal", None),
        (Rejection(code=Code.CHARGER_OFFLINE), "error", "retriable", ("check_wifi", "the charger")),
        (Rejection(code=Code.CHARGER_OFFLINE, variant="outage"), "error", "retriable", None),
        (Rejection(code=Code.NOT_AUTHORIZED), "error", "terminal", ("pair_card", "the location")),
    ],
)
def test_tone_category_and_action_follow_from_the_evidence(
    rejection: Rejection, tone: str, category: str, action: tuple[str, str] | None
):
    found = text(rejection)

    assert (found.tone, found.category) == (tone, category)
    assert (found.action and (found.action.kind, found.action.target)) == action


def test_contacting_support_takes_the_sessions_reference():
    found = text(Rejection(code=Code.CHARGER_UNAVAILABLE), reference="K7Q2-9MXP")

    assert found.action is not None
    assert found.action.target == "K7Q2-9MXP"


def test_who_can_fix_it_is_the_evidences_to_say():
    found = text(Rejection(code=Code.CHARGER_OFFLINE, variant="outage", fix_by=FixBy.OPERATOR))

    assert found.fix_by is FixBy.OPERATOR


def test_the_last_of_six_tries_says_so_and_has_nothing_to_act_before():
    kept = rejected(Rejection(code=Code.CAR_UNPLUGGED), exhausted=True, attempt=6, open_until=None)

    found = rejection_text(kept, reader())

    assert found is not None
    assert found.detail == "The car was not plugged in. It was tried 6 times; there will be no further try."
    assert found.act_before is None


def test_a_try_that_nothing_can_follow_any_more_has_nothing_to_act_before():
    found = text(Rejection(code=Code.CHARGER_REFUSED), open_until=None)

    assert found.act_before is None
    assert found.advice == "Switch the charger off and on again, then start a Boost."


def test_other_reasons_that_held_come_with_their_titles():
    kept = rejected(Rejection(code=Code.CHARGER_OFFLINE), Rejection(code=Code.CAR_UNPLUGGED))

    found = rejection_text(kept, reader())

    assert found is not None
    assert [(other.code, other.title) for other in found.also] == [("car_unplugged", "Car not plugged in")]


def test_evidence_is_said_in_a_sentence_with_its_instant_and_source():
    seen_at = at(21, 22, 41)
    evidence = (
        Evidence(at=DUE, fact="last_seen", value=seen_at.isoformat(), source="gateway"),
        Evidence(at=DUE, fact="phase_of_the_moon", value=3, source="almanac"),
        Evidence(at=DUE, fact="something_else", value=None, source="nowhere"),
    )

    found = text(Rejection(code=Code.CHARGER_OFFLINE, evidence=evidence))

    assert [(e.text, e.value) for e in found.evidence] == [
        ("The charger was last heard of at 23:41", "2026-07-21T22:41:00Z"),
        ("Phase of the moon: 3", 3),
        ("Something else: –", None),
    ]
    assert {e.at for e in found.evidence} == {DUE}


def test_a_variant_nobody_knows_is_said_like_its_code():
    found = text(Rejection(code=Code.CAR_UNPLUGGED, variant="written by a later version", params={"odd": {}}))

    assert found.detail == "The car was not plugged in."


def test_a_shortfall_says_what_is_missing_and_what_to_do_while_it_can_be_helped():
    kept = {"code": "unplugged_early", "missing_wh": 3400, "params": {}, "evidence": []}
    short = session(status=Status.COMPLETED, shortfall=kept, open_until=LAST)

    found, later = shortfall_text(short, reader()), shortfall_text(short, reader(now=LONG_AFTER))

    assert found is not None
    assert later is not None
    assert found.detail == "The car was unplugged with 3.4 kWh still to go."
    assert found.advice == "Plug in again before 05:15 and the charge goes on."
    assert later.advice == "Leave the car plugged in until the charge is complete."


def test_a_shortfall_that_another_try_makes_up_for_asks_nothing_of_anybody():
    kept = {"code": "unplugged_early", "missing_wh": 3400, "params": {}, "evidence": []}

    found = shortfall_text(session(status=Status.COMPLETED, shortfall=kept), reader(), recovery=Status.COMPLETED)

    assert found is not None
    assert found.detail == "The car was unplugged with 3.4 kWh still to go."
    assert found.advice == "Nothing to do here: it was tried again."


@pytest.mark.parametrize(
    ("variant", "params", "detail", "advice"),
    [
        (
            None,
            {"error_code": "GroundFailure"},
            "The charger ended the charge with 3.4 kWh still to go, because of a fault: GroundFailure.",
            "Switch the charger off and on again before 05:15: the charge goes on once the fault is gone.",
        ),
        (
            "charger_restart",
            {},
            "The charger restarted with 3.4 kWh still to go.",
            "Nothing to do: it is tried again by itself until 05:15.",
        ),
        (
            "written by a later version",
            {},
            "The charger ended the charge with 3.4 kWh still to go, because of a fault.",
            "Switch the charger off and on again before 05:15: the charge goes on once the fault is gone.",
        ),
    ],
)
def test_a_charge_that_the_charger_ended_says_what_it_did(
    variant: str | None, params: dict[str, Any], detail: str, advice: str
):
    kept = {"code": "charger_faulted", "variant": variant, "missing_wh": 3400, "params": params, "evidence": []}

    found = shortfall_text(session(status=Status.COMPLETED, shortfall=kept, open_until=LAST), reader())

    assert found is not None
    assert (found.detail, found.advice) == (detail, advice)


def test_a_shortfall_nobody_knows_is_still_shown():
    short = session(shortfall={"code": "eaten_by_moths"})

    found = shortfall_text(short, reader())

    assert found is not None
    assert (found.title, found.detail, found.advice) == ("Eaten by moths", "Eaten by moths", "")


def test_evidence_names_people_as_they_are_called_now():
    asked = Evidence(at=DUE, fact="stop_requested", value="1a", source="driver")
    stopped = rejected(
        Rejection(code=Code.CANCELLED, variant="stopped_before_start", params={"at": DUE}, evidence=(asked,)),
        stop_requested_by="1a",
    )

    found = rejection_text(stopped, reader())

    assert found is not None
    assert found.detail == "Ada stopped this charge at 00:30, before any energy flowed."
    assert [fact.text for fact in found.evidence] == ["Stop asked for by Ada"]
    assert people_named(stopped) == {"1a"}
    assert people_named(session()) == set()


def test_a_session_that_charged_enough_needs_no_words():
    assert rejection_text(session(), reader()) is None
    assert shortfall_text(session(), reader()) is None


@pytest.mark.parametrize(
    ("kind", "cause", "detail", "said"),
    [
        (StepKind.PLANNED, "schedule", {"due_at": DUE.isoformat()}, "Planned by its schedule for 00:30."),
        (StepKind.PLANNED, None, {}, "Planned."),
        (StepKind.COMMAND_ANSWERED, "rejected", {"status": "Rejected"}, "The charger refused to start (“Rejected”)."),
        (StepKind.STOP_REQUESTED, "driver", {}, "Ada asked to stop."),
        (StepKind.TRANSACTION_STOPPED, "EVDisconnected", {}, "The charger ended the transaction (EVDisconnected)."),
        (StepKind.COMPLETED, "limit_energy", {}, "Completed: the energy limit was reached."),
        (StepKind.COMPLETED, "a cause of tomorrow", {}, "Completed."),
        (StepKind.REJECTED, "car_unplugged", {}, "Rejected: car not plugged in."),
        (StepKind.REJECTED, "occurrence_skipped", {"code": "cancelled"}, "Skipped."),
        (StepKind.REJECTED, None, {}, "Rejected."),
    ],
)
def test_a_step_is_one_sentence(kind: StepKind, cause: str | None, detail: dict[str, Any], said: str):
    step = Step(at=DUE, kind=kind, actor=Actor.CHARGER, actor_id="1a", cause=cause, detail=detail)

    assert step_text(step, reader()) == said


def test_waiting_says_until_when():
    assert waiting_text("plug", reader(), until=LAST) == "Waiting for the car to be plugged in, until 05:15."
    assert waiting_text("plug", reader(), until=None) == "Waiting for the car to be plugged in."
    assert waiting_text("recovery", reader(), until=LAST) == "It is tried again by itself, until 05:15."
    assert waiting_text("recovery", reader(), until=LAST, due_at=LAST) == "It is tried again by itself at 05:15."
    assert waiting_text("the_moon", reader(), until=None) == "The moon"


def test_a_start_on_another_day_is_said_with_the_day_and_then_the_time():
    later = DUE + timedelta(days=5)

    assert waiting_text("start_time", reader(), until=later) == "Starts on Mon 27 Jul at 00:30."
    assert waiting_text("start_time", reader(), until=DUE) == "Starts at 00:30."


def test_a_warning_names_what_is_in_the_way():
    said = warning_text("blocks_occurrence", {"starts_at": DUE}, reader())

    assert said == "The charge scheduled for 00:30 cannot start while this Boost is running."


@pytest.mark.parametrize(
    ("code", "state", "said"),
    [
        ("car_unplugged", "ok", "The car is plugged in."),
        ("car_unplugged", "unknown", "Whether the car is plugged in is not known."),
        ("car_unplugged", "fails", "The car was not plugged in."),
        ("restricted_hours", "fails", "Restricted hours would leave no time in which it may charge."),
        ("nothing_affordable", "fails", "At the rates of its time, the budget would buy no energy."),
        ("no_such_check", "fails", "No such check"),
    ],
)
def test_a_check_says_how_it_stands(code: str, state: str, said: str):
    assert check_text(code, state, reader()) == said


@pytest.mark.parametrize(
    ("parameter", "value", "said"),
    [("missing_wh", 450, "450 Wh"), ("missing_wh", 7400, "7.4 kWh"), ("missing_wh", 12_000, "12.0 kWh")],
)
def test_energy_is_said_in_the_unit_that_fits(parameter: str, value: int, said: str):
    found = shortfall_text(session(shortfall={"code": "power_lost", parameter: value}), reader())

    assert found is not None
    assert found.detail == f"The charger lost its power with {said} still to go."


def test_a_start_for_a_partner_is_told_to_somebody_who_is_not_at_the_car():
    flags, params = (PARTNER_START,), {"since": at(21, 22, 41)}

    found = text(Rejection(code=Code.CAR_UNPLUGGED, params=params), kind=Kind.CARD, flags=flags, open_until=None)

    assert found.detail == "The car has not been plugged in since 23:41."
    assert found.advice == "Ask the partner's customer to plug in, then start again."


def test_where_nothing_is_said_for_partners_the_advice_is_that_to_drivers():
    rejection = Rejection(code=Code.RESTRICTED_HOURS)

    assert text(rejection, flags=(PARTNER_START,)).advice == text(rejection).advice


def test_the_catalogue_holds_every_code_in_precedence_with_its_variants():
    entries = {entry.code: entry for entry in reasons(DEFAULT)}

    assert list(entries) == list(Code)
    assert {variant.variant for variant in entries[Code.BATTERY_FULL].variants} == {"known", "soc", "inferred"}
    assert entries[Code.CAR_UNPLUGGED].detail == "The car was not plugged in."
    assert entries[Code.CANCELLED].tone is Tone.NEUTRAL
