"""The next scheduled charge of each of many chargers, and whether it will start."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.accounts import Caller
from homecharge.domain.attention import telling_check
from homecharge.domain.chargers import Charger
from homecharge.domain.occurrence_states import OccurrenceState, state_of
from homecharge.domain.outlook import Outlook, outlook
from homecharge.domain.session_state import Session, Status
from homecharge.domain.texts.values import Reader
from homecharge.domain.timing import Timing
from homecharge.domain.wording_schedules import summary_text
from homecharge.ports.units import Db
from homecharge.services.facts import read_facts
from homecharge.services.occurrence_plans import Firing, OccurrencePlan, coming_try, read_plans
from homecharge.services.occurrence_views import OccurrenceView, sees_tries, view_of
from homecharge.services.outlooks import OutlookView, outlook_in_words
from homecharge.storage.queries.occurrences import list_shown, list_tries
from homecharge.storage.queries.schedules import SCHEDULES, list_schedules

_AHEAD = frozenset({OccurrenceState.UPCOMING, OccurrenceState.WAITING_FOR_CAR, OccurrenceState.OPEN})


@dataclass(frozen=True, slots=True)
class Coming:
    """The next firing at a charger. `outlook` is None where nothing is planned of it: it is being started, say."""

    firing: Firing
    planned: OccurrencePlan
    outlook: Outlook | None

    def telling(self, reader: Reader) -> str:
        """The words of the check that says most about whether it will start; empty without an outlook."""
        if self.outlook is None:
            return ""
        return outlook_in_words(self.outlook, reader).checks[telling_check(self.outlook)].detail


@dataclass(frozen=True, slots=True, kw_only=True)
class NextOccurrence(OccurrenceView):
    """An occurrence with its charger, its schedule's name and words, and its outlook."""

    charger_id: str
    schedule_name: str | None
    summary: str
    outlook: OutlookView | None


def read_coming(db: Db, chargers: Sequence[Charger], timing: Timing, *, now: datetime) -> dict[str, Coming]:
    """By charger; a constant number of reads however many there are."""
    ids = [charger.id for charger in chargers]
    schedules = list_schedules(db, SCHEDULES.c.charger_id.in_(ids), SCHEDULES.c.is_enabled)
    by_id = {schedule.id: schedule for schedule in schedules}
    shown = list_shown(db, schedules, now=now)
    tries = list_tries(db, [occurrence.id for occurrence in shown])
    first: dict[str, Firing] = {}
    for firing in (Firing(by_id[each.schedule_id], each, tries.get(each.id, ())) for each in shown):
        if state_of(firing.occurrence, firing.tries, now=now) in _AHEAD:
            first.setdefault(firing.schedule.charger_id, firing)
    plans = read_plans(db, list(first.values()), now=now)
    outlooks = _read_outlooks(db, list(first.values()), timing, now=now)
    return {
        charger_id: Coming(firing, plans[firing.occurrence.id], outlooks.get(firing.occurrence.id))
        for charger_id, firing in first.items()
    }


def _read_outlooks(db: Db, firings: Sequence[Firing], timing: Timing, *, now: datetime) -> dict[str, Outlook]:
    planned = {each.occurrence.id: session for each in firings if (session := _planned(each, now=now)) is not None}
    facts = read_facts(db, list(planned.values()), timing, now=now)
    return {id_: outlook(each, now=now) for id_, each in zip(planned, facts, strict=True)}


def _planned(firing: Firing, *, now: datetime) -> Session | None:
    last = firing.tries[-1] if firing.tries else None
    return last if last is not None and last.status is Status.PLANNED else coming_try(firing, now=now)


def next_occurrence(
    coming: Coming | None, charger: Charger, reader: Reader, *, caller: Caller
) -> NextOccurrence | None:
    """As the caller may see it."""
    if coming is None:
        return None
    schedule = coming.firing.schedule
    is_seen = sees_tries(schedule, charger.my_role, caller=caller)
    view = view_of(coming.firing, coming.planned, reader, is_seen=is_seen)
    return NextOccurrence(
        **{field.name: getattr(view, field.name) for field in dataclasses.fields(OccurrenceView)},
        charger_id=charger.id,
        schedule_name=schedule.name,
        summary=summary_text(schedule.spec, reader),
        outlook=None if coming.outlook is None else outlook_in_words(coming.outlook, reader),
    )
