"""A course: how much power a session may draw, and when; made from plans and restrictions, kept by the charger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` until the next period of its course: at most `limit_w` watts, 0 holds the charge back."""

    start: datetime
    limit_w: int


Course = tuple[Period, ...]
"""Periods in ascending order; the last one lasts for ever. Before the first one nothing may be drawn."""


def limit_at(course: Sequence[Period], at: datetime) -> int:
    """The watts that may be drawn at an instant."""
    return next((period.limit_w for period in reversed(course) if period.start <= at), 0)


def next_change(course: Sequence[Period], after: datetime) -> datetime | None:
    """The first instant after `after` at which another limit begins; None where none does."""
    limit_w = limit_at(course, after)
    return next((p.start for p in course if p.start > after and p.limit_w != limit_w), None)


def draws_from(course: Sequence[Period], at: datetime) -> bool:
    """Whether any power may be drawn at an instant or after it."""
    return next_drawing(course, at) is not None


def next_drawing(course: Sequence[Period], at: datetime) -> datetime | None:
    """The first instant from `at` on at which power may be drawn; None where it never may."""
    if limit_at(course, at) > 0:
        return at
    return next((period.start for period in course if period.start > at and period.limit_w > 0), None)


def drawing_time(course: Sequence[Period], since: datetime, until: datetime) -> timedelta:
    """For how long power might be drawn between two instants."""
    edges = [since, *(period.start for period in course if since < period.start < until), until]
    spans = [end - start for start, end in pairwise(edges) if limit_at(course, start) > 0]
    return sum(spans, timedelta(0))


def drawn_by(course: Sequence[Period], since: datetime, wanted: timedelta) -> datetime | None:
    """When power may have been drawn for so long; None where the course holds it off for ever."""
    edges = [since, *(period.start for period in course if period.start > since)]
    for start, end in pairwise(edges):
        if limit_at(course, start) > 0:
            if wanted <= end - start:
                return start + wanted
            wanted -= end - start
    return edges[-1] + wanted if limit_at(course, edges[-1]) > 0 else None


def lesser(course: Course | None, cap: Course, *, now: datetime) -> Course:
    """From `now` on what both of two courses allow; `course` None: nothing but the cap limits it."""
    edges = sorted({now, *(period.start for period in (*(course or ()), *cap) if period.start > now)})
    periods: list[Period] = []
    for edge in edges:
        limit_w = limit_at(cap, edge) if course is None else min(limit_at(course, edge), limit_at(cap, edge))
        if not periods or periods[-1].limit_w != limit_w:
            periods.append(Period(edge, limit_w))
    return tuple(periods)
