"""Schedules as the contract shows them: in words, with what comes next and what stands in the way of what."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from homecharge.domain.accounts import Caller
from homecharge.domain.limits import limit_json
from homecharge.domain.needs import RESTRICTED_HOURS
from homecharge.domain.occurrences import AHEAD, Occurrence
from homecharge.domain.plan_view import restriction_cost
from homecharge.domain.planner import compare
from homecharge.domain.plans import PlanWarning
from homecharge.domain.schedule_overlaps import Overlap
from homecharge.domain.schedules import Schedule
from homecharge.domain.session_state import Session, Status
from homecharge.domain.session_view import Person
from homecharge.domain.targets import BudgetTarget, target_json
from homecharge.domain.texts import Language
from homecharge.domain.texts.values import Reader
from homecharge.domain.wording_notices import warning_text
from homecharge.domain.wording_schedules import summary_text
from homecharge.ports.units import Db
from homecharge.services.occurrence_plans import Firing, OccurrencePlan, read_plans
from homecharge.services.occurrence_views import OccurrenceView, sees_tries, view_of
from homecharge.services.restricted_windows import WindowCost, read_window_costs
from homecharge.services.schedule_overlaps import overlaps_of, rivals
from homecharge.services.schedules import Seen
from homecharge.storage.queries.accounts import read_names
from homecharge.storage.queries.occurrences import list_shown, list_tries
from homecharge.storage.queries.schedules import SCHEDULES, list_schedules


@dataclass(frozen=True, slots=True)
class ScheduleWarning:
    """Something worth knowing that refuses nothing; `schedule_id` is the other schedule, where there is one."""

    code: str
    detail: str
    schedule_id: str | None


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """A schedule with its summary, the open occurrence and the next seven, and warnings."""

    schedule: Schedule
    driver: Person
    summary: str
    occurrences: tuple[OccurrenceView, ...]
    warnings: tuple[ScheduleWarning, ...]

    @property
    def revision(self) -> int:
        """Counts changes of what may be edited."""
        return self.schedule.revision

    @property
    def limit(self) -> dict[str, Any] | None:
        """In the contract's shape."""
        return limit_json(self.schedule.spec.limit)

    @property
    def target(self) -> dict[str, Any] | None:
        """In the contract's shape; None for a Manual one."""
        return target_json(self.schedule.target)


def view_schedule(db: Db, seen: Seen, *, caller: Caller, language: Language, now: datetime) -> ScheduleView:
    """As the caller may see it."""
    return view_schedules(db, [seen], caller=caller, language=language, now=now)[0]


def view_schedules(
    db: Db, seen: Sequence[Seen], *, caller: Caller, language: Language, now: datetime
) -> list[ScheduleView]:
    """As `view_schedule`, in a constant number of reads however many there are."""
    chargers = {each.schedule.charger_id for each in seen}
    neighbours = list_schedules(db, SCHEDULES.c.charger_id.in_(chargers))
    shown: dict[str, list[Occurrence]] = defaultdict(list)
    for occurrence in list_shown(db, neighbours, now=now):
        shown[occurrence.schedule_id].append(occurrence)
    tries = list_tries(db, [occurrence.id for each in shown.values() for occurrence in each])
    names = read_names(db, {each.schedule.driver_id for each in seen})
    firings = {each.id: [Firing(each, o, tries.get(o.id, ())) for o in shown[each.id]] for each in neighbours}
    told = {each.schedule.id: firings.get(each.schedule.id, [])[:AHEAD] for each in seen}
    coming = list(chain.from_iterable(told.values()))
    others = rivals([each.schedule for each in seen], firings)
    plans, window_costs = read_plans(db, [*coming, *others], now=now), read_window_costs(db, coming, now=now)
    views = []
    for each in seen:
        schedule = each.schedule
        reader = Reader(language=language, zone=schedule.zone, now=now)
        is_seen = sees_tries(schedule, each.role, caller=caller)
        occurrences = [view_of(f, plans[f.occurrence.id], reader, is_seen=is_seen) for f in told[schedule.id]]
        overlaps = overlaps_of(schedule, neighbours, firings, plans, now=now)
        warnings = (
            *_starting_now(shown[schedule.id], tries, window_costs.get(schedule.id), reader),
            *(_overlap_warning(overlap, other, reader) for overlap, other in overlaps),
            *_restricted(window_costs.get(schedule.id), reader),
            *_planned(schedule, [plans[firing.occurrence.id] for firing in told[schedule.id]], reader),
        )
        driver = Person(schedule.driver_id, names.get(schedule.driver_id, ""))
        summary = summary_text(schedule.spec, reader)
        views.append(ScheduleView(schedule, driver, summary, tuple(occurrences), warnings))
    return views


def _starting_now(
    occurrences: Sequence[Occurrence],
    tries: Mapping[str, Sequence[Session]],
    cost: WindowCost | None,
    reader: Reader,
) -> Iterator[ScheduleWarning]:
    """Told with the answer to the very request that makes a charge due at once, unless restricted hours hold it."""
    if cost is not None and cost.is_held:
        return
    for occurrence in occurrences:
        if any(each.status is Status.PLANNED and each.due_at == reader.now for each in tries.get(occurrence.id, ())):
            params = {"began_at": occurrence.window_start, "ends_at": occurrence.window_end}
            yield ScheduleWarning("starts_now", warning_text("starts_now", params, reader), None)


def _restricted(cost: WindowCost | None, reader: Reader) -> Iterator[ScheduleWarning]:
    """Of a Manual one: what the restricted hours cost the first charge in them."""
    if cost is not None:
        yield ScheduleWarning("restricted_hours", warning_text("restricted_hours_manual", cost.params, reader), None)


def _planned(schedule: Schedule, plans: Sequence[OccurrencePlan], reader: Reader) -> Iterator[ScheduleWarning]:
    """Of a Smart one: that nothing is bought, or no price known, and what restricted hours cost its first charge."""
    if any(each.plan is None and each.request is not None for each in plans):
        yield ScheduleWarning("solar_only", warning_text("solar_only", {}, reader), None)
    made = [(each.plan, each.request) for each in plans if each.plan is not None and each.request is not None]
    is_budget = isinstance(schedule.target, BudgetTarget)
    if made and not is_budget and PlanWarning.NO_TARIFF in made[0][0].warnings:
        yield ScheduleWarning("no_tariff", warning_text("no_tariff", {}, reader), None)
    for plan, request in made:
        if any(each.code == RESTRICTED_HOURS for each in plan.blocked):
            params = restriction_cost(plan, compare(request).without_restricted_hours)
            yield ScheduleWarning("restricted_hours", warning_text("restricted_hours", params, reader), None)
            return


def _overlap_warning(overlap: Overlap, other: Schedule, reader: Reader) -> ScheduleWarning:
    code = "blocks_schedule" if overlap.is_first else "blocked_by_schedule"
    params = {"starts_at": overlap.starts_at, "until": overlap.until, "other": other.name}
    return ScheduleWarning(code, warning_text(f"{code}_{overlap.why}", params, reader), other.id)
