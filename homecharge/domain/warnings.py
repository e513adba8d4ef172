"""Warnings before a start: when an outlook is asked for, and what of it is told while it can still be mended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from homecharge.domain.notifications import Notice, NoticeKind, Urgency
from homecharge.domain.occurrences import Occurrence
from homecharge.domain.outlook import Outlook, Verdict
from homecharge.domain.rejections import Category
from homecharge.domain.times import instant
from homecharge.domain.wording import action_of

MORNING = time(10)
"""What is due before this is asked about in the evening before, too."""
SETTLES_IN = timedelta(minutes=5)
"""A line that flaps and a cable that is changed are no bad news yet."""


@dataclass(frozen=True, slots=True)
class WarningTimes:
    """In the evening at this wall time, and so long before it is due."""

    evening: time = time(20, 30)
    ahead: timedelta = timedelta(minutes=30)

    def looks(self, due_at: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
        """When the outlook of what is due then is asked for, in order; from the first one on it is watched."""
        ahead, local = due_at - self.ahead, due_at.astimezone(zone)
        if local.time() >= MORNING:
            return (ahead,)
        days = 1 if local.time() <= self.evening else 0
        evening = instant(local.date() - timedelta(days=days), self.evening, zone).at
        return (evening, ahead) if evening < ahead else (ahead,)


class Watch(NamedTuple):
    """From when on bad news of an occurrence are told at once, and the next instant to look at (None: no more)."""

    watch_from: datetime
    next_at: datetime | None


def watch_of(times: WarningTimes, due_at: datetime, zone: ZoneInfo, *, now: datetime) -> Watch:
    """Of an occurrence that is due then."""
    looks = times.looks(due_at, zone)
    return Watch(looks[0], next((at for at in looks if at > now), None))


def warning_of(outlook: Outlook, occurrence: Occurrence, *, now: datetime) -> Notice | None:
    """What to tell of an outlook: the charge that would fail, and why; None while it would not, or need not."""
    session, kept = outlook.session, outlook.session.rejection
    if outlook.verdict is not Verdict.WILL_NOT_START or kept is None or kept["category"] == Category.SATISFIED:
        return None
    code, last, action = kept["code"], occurrence.last_feasible_start, action_of(session)
    due = {"due_at": occurrence.starts_at} if occurrence.ready_by is None else {"ready_by": occurrence.ready_by}
    return Notice(
        kind=NoticeKind.WILL_NOT_START,
        about=f"{NoticeKind.WILL_NOT_START}:{occurrence.id}:{code}:{_since(kept)}",
        at=now,
        expires_at=last,
        collapse_key=f"occurrence:{occurrence.id}",
        urgency=Urgency.HIGH,
        charger_id=session.charger_id,
        location_id=session.location_id,
        params={
            **{name: at.isoformat() for name, at in due.items()},
            "before": last.isoformat(),
            "code": code,
            "variant": kept.get("variant"),
            "params": kept.get("params", {}),
            "schedule_id": occurrence.schedule_id,
            "action": None if action is None else [action.kind, action.target],
        },
    )


def _since(kept: Mapping[str, Any]) -> str:
    """What tells a cause that was mended and has come back from one that goes on."""
    since = kept.get("params", {}).get("since")
    return str(since["instant"]) if isinstance(since, dict) else ""
