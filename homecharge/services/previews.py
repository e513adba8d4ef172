"""What a Smart schedule would do: its first plan, and what else could be had. Nothing is stored."""

from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.accounts import Caller
from homecharge.domain.occurrences import firings_from
from homecharge.domain.plan_view import PlanView, view_plan
from homecharge.domain.planner import compare
from homecharge.domain.schedules import in_the_past
from homecharge.domain.texts import Language
from homecharge.domain.texts.values import Reader
from homecharge.ports.units import Db
from homecharge.services.occurrence_plans import Firing, read_plans
from homecharge.services.occurrence_supply import occurrence_of
from homecharge.services.schedules import Wish, wished


@dataclass(frozen=True, slots=True)
class Compared:
    """The same need met in other ways."""

    charge_now: PlanView
    without_restricted_hours: PlanView


@dataclass(frozen=True, slots=True)
class Preview:
    """The plan of a schedule's first window, if its car came now; None in solar-only mode, where nothing is bought."""

    plan: PlanView | None
    compare: Compared


def preview(db: Db, charger_id: str, wish: Wish, *, caller: Caller, language: Language, now: datetime) -> Preview:
    """Of a wish for a Smart one, by the very code that plans what is stored. Raises as `schedules.wished` does."""
    schedule = wished(db, charger_id, wish, caller=caller, now=now).schedule
    first = next(firings_from(schedule.spec, schedule.zone, now=now), None)
    if first is None:
        raise in_the_past(schedule.spec)
    firing = Firing(schedule, occurrence_of(schedule, first, now=now))
    planned = read_plans(db, [firing], unsaved=[schedule], now=now)[firing.occurrence.id]
    assert planned.request is not None  # noqa: S101 - the window is not over, and nobody follows it
    reader = Reader(language=language, zone=schedule.zone, now=now)
    others = compare(planned.request)
    return Preview(
        plan=None if planned.plan is None else view_plan(planned.plan, reader),
        compare=Compared(view_plan(others.charge_now, reader), view_plan(others.without_restricted_hours, reader)),
    )
