"""Solar-only mode: a charge draws what its home has left over, in whole amperes, and follows it (product.md)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from homecharge.domain.courses import Course, Period, lesser, limit_at, next_change
from homecharge.domain.homes import Surplus
from homecharge.domain.session_state import Session, Status
from homecharge.domain.timing import Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class SolarFacts:
    """What a charge in solar-only mode goes by. `surplus` is the newest that its home's meter has told of, None: none.

    Of that, charges that were due before it take `taken_w`. The charger gives `minimum_w` to `maximum_w` in steps of
    `ampere_w`, one ampere on all its phases; one that does not keep courses gives `maximum_w` or nothing.
    """

    surplus: Surplus | None
    minimum_w: int
    maximum_w: int
    ampere_w: int
    keeps_courses: bool
    taken_w: int = 0

    @property
    def least_w(self) -> int:
        """The surplus with which it begins."""
        return self.minimum_w if self.keeps_courses else self.maximum_w

    def usable_w(self, timing: Timing, *, now: datetime) -> int:
        """The power that the surplus is good for, 0 where it does not do; an old one counts as none."""
        if self.surplus is None or not self.is_fresh(timing, now=now):
            return 0
        whole_w = (self.surplus.power_w - self.taken_w) // self.ampere_w * self.ampere_w
        return min(whole_w, self.maximum_w) if whole_w >= self.least_w else 0

    def is_fresh(self, timing: Timing, *, now: datetime) -> bool:
        """Whether the meter has told of the surplus lately."""
        return self.surplus is not None and now < self.surplus.at + timing.surplus_fresh


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """A charge in solar-only mode that may draw `power_w` at present."""

    session_id: str
    location_id: str
    due_at: datetime
    power_w: int


def taken_before(session: Session, draws: Iterable[Draw]) -> int:
    """What others take of a home's surplus first: those under way that were due before, of a try all of them."""

    def comes_first(draw: Draw) -> bool:
        is_earlier = (draw.due_at, draw.session_id) < (session.due_at, session.id)
        return draw.location_id == session.location_id and draw.session_id != session.id and (is_earlier or is_new)

    is_new = session.status is Status.PLANNED
    return sum(draw.power_w for draw in draws if comes_first(draw))


def surplus_course(
    session: Session, solar: SolarFacts, base: Course | None, timing: Timing, *, now: datetime
) -> Course | None:
    """The course of a session within its `base` course.

    The charger keeps all of it, so that it stops buying without a line too: a course ends when its reading is old. With
    too little surplus a charge goes on at the minimum for a while, because clouds pass, and is held then. Another power
    is told at most every `surplus_step`, and a later end when half of the present one's time is over.
    """
    if not solar.keeps_courses:
        return session.course if _is_disobeyed(session, base, now=now) else base
    course = session.course if session.course is not None and session.status is not Status.PLANNED else ()
    is_drawing = limit_at(course, now) > 0 and (base is None or limit_at(base, now) > 0)
    wanted = lesser(base, _cap(course, solar, timing, is_drawing=is_drawing, now=now), now=now)
    past = _past(course, now=now)
    if not past:
        return (*_since_start(session, solar), *wanted)
    power_w, present = wanted[0].limit_w, past[-1]
    if power_w == present.limit_w:
        return course if _is_kept(course, wanted, timing, now=now) else (*past, *wanted[1:])
    is_early = power_w > 0 and now < present.start + timing.surplus_step
    return course if is_early else (*past, *wanted)


def next_telling(session: Session, timing: Timing, *, now: datetime) -> datetime | None:
    """When a course may be told anew that could not be before, or should be before it ends."""
    course = session.course or ()
    past, ends_at = _past(course, now=now), next_change(course, now)
    ahead = [present.start + timing.surplus_step for present in past[-1:]]
    if ends_at is not None:
        ahead.append(ends_at - timing.surplus_fresh / 2)
    return min((at for at in ahead if at > now), default=None)


def _cap(course: Course, solar: SolarFacts, timing: Timing, *, is_drawing: bool, now: datetime) -> Course:
    power_w = solar.usable_w(timing, now=now)
    if power_w > 0 and solar.surplus is not None:
        return (Period(now, power_w), Period(solar.surplus.at + timing.surplus_fresh, 0))
    if not is_drawing:
        return (Period(now, 0),)
    held_at = min(now + timing.surplus_hold, _held_at(course, now=now) or now + timing.surplus_hold)
    return (Period(now, solar.minimum_w), Period(held_at, 0))


def _is_disobeyed(session: Session, base: Course | None, *, now: datetime) -> bool:
    """Whether surplus holds a charge whose charger has turned out not to keep its course."""
    is_free = base is None or limit_at(base, now) > 0
    is_held = session.course is not None and limit_at(session.course, now) == 0
    return is_free and is_held and session.status is not Status.PLANNED


def _since_start(session: Session, solar: SolarFacts) -> Course:
    """What has been of a charge that nothing has bound so far."""
    if session.course is not None or session.started_at is None:
        return ()
    return (Period(session.started_at, solar.maximum_w),)


def _held_at(course: Course, *, now: datetime) -> datetime | None:
    return next((period.start for period in course if period.start > now and period.limit_w == 0), None)


def _past(course: Course, *, now: datetime) -> Course:
    """When it was held and when not, which time limits go by, and the present period as it is."""
    past = [period for period in course if period.start <= now]
    turns = [
        period
        for before, period in pairwise((None, *past))
        if period is not None and (before is None or (before.limit_w > 0) is not (period.limit_w > 0))
    ]
    return tuple(turns) if past[-1:] == turns[-1:] else (*turns, past[-1])


def _is_kept(course: Course, wanted: Course, timing: Timing, *, now: datetime) -> bool:
    """Whether the course has the edges that are wanted, or is held earlier, and still long enough ahead."""
    ours = [period for period in course if period.start > now]
    return len(ours) == len(wanted) - 1 and all(
        mine.limit_w == theirs.limit_w
        and (mine.start == theirs.start or now + timing.surplus_fresh / 2 < mine.start < theirs.start)
        for mine, theirs in zip(ours, wanted[1:], strict=True)
    )
