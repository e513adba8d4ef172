"""A session's picture: it can be drawn of any session, and says what happened."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import insert

from homecharge.domain.plans import Plan, Slot
from homecharge.domain.session_state import Status
from homecharge.domain.session_view import Reading
from homecharge.domain.stored_plans import plan_json
from homecharge.domain.texts import ENGLISH
from homecharge.domain.timeline import StepKind
from homecharge.domain.times import Interval
from homecharge.services.support import tell_story
from homecharge.storage.database import Database
from homecharge.storage.models import TimelineEntry
from homecharge.storage.types import new_id
from homecharge.web.pictures.session_picture import session_svg
from tests.homes import NOW, make_charger, make_home, make_session, sign_up


def drawn(database: Database, readings: list[Reading], **columns: object) -> ET.Element:
    with database.write() as db:
        ada = sign_up(db)
        session = make_session(db, make_charger(db, ada, make_home(db, ada)), ada, **columns)  # type: ignore[arg-type]
        story = tell_story(db, session.id, language=ENGLISH, now=NOW)
    return ET.fromstring(session_svg(story, readings, language=ENGLISH, now=NOW + timedelta(minutes=5)))


def classes(svg: ET.Element) -> list[str]:
    return [each.get("class", "") for each in svg]


def test_a_session_that_only_waits_can_be_drawn(database: Database):
    svg = drawn(database, [])

    assert "state planned" in classes(svg)
    assert "No meter readings" in [each.text for each in svg]


def test_what_a_charger_does_after_a_refusal_is_no_state_of_the_session(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        over = {"status": Status.REJECTED, "wake_at": None, "ended_at": NOW}
        session = make_session(db, make_charger(db, ada, make_home(db, ada)), ada, **over)
        for kind in (StepKind.REJECTED, StepKind.TRANSACTION_STARTED, StepKind.TRANSACTION_STOPPED):
            step = {"id": new_id(), "session_id": session.id, "at": NOW, "kind": kind, "actor": "charger", "detail": {}}
            db.execute(insert(TimelineEntry).values(step))
        story = tell_story(db, session.id, language=ENGLISH, now=NOW)

    svg = ET.fromstring(session_svg(story, [], language=ENGLISH, now=NOW + timedelta(minutes=5)))

    assert [name for name in classes(svg) if name.startswith("state ")] == ["state planned", "state rejected"]


@pytest.mark.parametrize("power_w", [7200, None])
def test_power_is_drawn_from_what_the_charger_says_else_from_the_register(database: Database, power_w: int | None):
    told = [
        Reading(at=NOW + timedelta(minutes=m), energy_wh=m * 120, power_w=power_w, soc_percent=None) for m in range(3)
    ]
    ended = {"status": Status.COMPLETED, "wake_at": None, "started_at": NOW, "ended_at": NOW + timedelta(minutes=3)}

    svg = drawn(database, told, **ended)

    assert "≤ 7.2 kW" in [each.text for each in svg]


def test_what_is_not_over_lasts_until_now(database: Database):
    svg = drawn(database, [])

    [planned] = [each for each in svg if each.get("class") == "state planned"]
    assert planned[0].text == "Planned 11:05:00–11:10:00"


def test_a_plan_and_its_window_are_drawn_with_what_the_message_log_has(database: Database):
    window = {"window_start": NOW, "window_end": NOW + timedelta(hours=6)}
    slot = Slot(
        Interval(NOW + timedelta(hours=1), NOW + timedelta(hours=2)), 7000, 7000, None, None, is_estimated=False
    )
    plan = Plan(
        window=Interval(window["window_start"], window["window_end"]),
        currency="GBP",
        slots=(slot,),
        rates=(),
        blocked=(),
        energy_wh=7000,
        unpriced_wh=7000,
        cost=None,
        lower_bound=None,
        finishes_at=None,
        last_feasible_start=None,
        shortfall=None,
        warnings=(),
    )

    svg = drawn(database, [], plan=plan_json(plan), **window)

    titles = {each.get("class"): each[0].text for each in svg if len(each)}
    assert titles["window"] == "Window 11:05:00–17:05:00"
    assert titles["slot"] == "Planned 12:05:00–13:05:00: 7000 W"
