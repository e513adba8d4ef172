"""A row of History as people are shown it: the session, its words and what goes on around it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homecharge.domain.limits import limit_json
from homecharge.domain.live import Live, Progress
from homecharge.domain.revisions import digest_of
from homecharge.domain.session_state import Session, Status
from homecharge.domain.timeline import Step
from homecharge.domain.times import Interval
from homecharge.domain.wording import RejectionText, ShortfallText

_UNSETTLED = frozenset({Status.PLANNED, Status.STARTING})


@dataclass(frozen=True, slots=True)
class Person:
    """A driver as others of the location know them."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingText:
    """What a session waits for, in words."""

    code: str
    until: datetime | None
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionWarning:
    """Something to know before it happens: which scheduled charge this session stands in the way of."""

    code: str
    detail: str
    schedule_id: str
    occurrence_id: str
    starts_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """The contract's session. Cost comes with tariffs: until then there is none, and `cost_note` says why."""

    session: Session
    time_zone: str
    driver: Person | None
    recovered_by_session_id: str | None
    live: Live | None
    progress: Progress | None
    waiting: WaitingText | None
    rejection: RejectionText | None
    shortfall: ShortfallText | None
    warnings: tuple[SessionWarning, ...] = ()
    target: None = None
    cost: None = None
    cost_state: str = "none"
    cost_note: str = "no_tariff"

    @property
    def window(self) -> Interval | None:
        """When a try may happen, None where nothing bounds it."""
        return self.session.window

    @property
    def limit(self) -> dict[str, Any] | None:
        """What ends it early, in the contract's shape."""
        return limit_json(self.session.limit)

    @property
    def is_settled(self) -> bool:
        """Whether it is decided what becomes of the try: it charges, or it does not."""
        return self.session.status not in _UNSETTLED

    @property
    def revision(self) -> int:
        """Of all that is shown: nobody edits a session."""
        return digest_of(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineStep:
    """A stored step with its sentence."""

    id: str
    step: Step
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A sample of a session's meter."""

    at: datetime
    energy_wh: int
    power_w: int | None
    soc_percent: int | None
