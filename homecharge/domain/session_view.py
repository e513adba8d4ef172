"""A row of History as people are shown it: the session, its words and what goes on around it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from homecharge.domain.costs import Cost, CostLine, CostNote
from homecharge.domain.limits import limit_json
from homecharge.domain.live import Live, Progress
from homecharge.domain.money import Money, rounded
from homecharge.domain.revisions import digest_of
from homecharge.domain.session_state import Session, Status
from homecharge.domain.targets import target_json
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
class BoostView:
    """The boost of a session that was held: its own limit, how far it is, and when it ended."""

    at: datetime
    limit: dict[str, Any] | None
    progress: Progress | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """The contract's session. `running` is what it has cost so far; `has_tariff`: its location has one at present.

    `cost_lines` are told where one looks at this session alone.
    """

    session: Session
    time_zone: str
    driver: Person | None
    recovered_by_session_id: str | None
    live: Live | None
    progress: Progress | None
    waiting: WaitingText | None
    rejection: RejectionText | None
    shortfall: ShortfallText | None
    boost_progress: Progress | None = None
    warnings: tuple[SessionWarning, ...] = ()
    running: Cost | None = None
    currency: str = ""
    has_tariff: bool = False
    cost_lines: tuple[CostLine, ...] = ()

    @property
    def cost(self) -> Money | None:
        """What it costs, rounded. None where nothing has a price."""
        exact = self.exact_cost
        return None if exact is None else rounded(exact, self.cost_currency)

    @property
    def exact_cost(self) -> Decimal | None:
        """What it costs, for sums, which are rounded by themselves. None where nothing has a price."""
        return self.session.cost if self.running is None else self.running.amount

    @property
    def cost_currency(self) -> str:
        """The currency of its cost, once it has one."""
        return self.session.cost_currency or self.currency

    @property
    def cost_state(self) -> str:
        """Whether there is a cost, and whether it may still change."""
        if self.cost is None:
            return "none"
        return "final" if self.session.is_over else "running"

    @property
    def cost_note(self) -> CostNote | None:
        """What to know of it, or why there is none."""
        if self.running is not None:
            return self.running.note
        if self.session.cost_currency is not None:
            return self.session.cost_note
        return None if self.has_tariff else CostNote.NO_TARIFF

    @property
    def uncosted_wh(self) -> int:
        """The energy for which no price is known."""
        return (self.session.uncosted_wh or 0) if self.running is None else self.running.uncosted_wh

    @property
    def window(self) -> Interval | None:
        """When a try may happen, None where nothing bounds it."""
        return self.session.window

    @property
    def target(self) -> dict[str, Any] | None:
        """What a Smart charge is for, in the contract's shape."""
        return target_json(self.session.target)

    @property
    def limit(self) -> dict[str, Any] | None:
        """What ends it early, in the contract's shape."""
        return limit_json(self.session.limit)

    @property
    def boost(self) -> BoostView | None:
        """The newest boost of a session that was held, None where there was none."""
        session = self.session
        if session.boosted_at is None:
            return None
        return BoostView(
            at=session.boosted_at,
            limit=limit_json(session.boost_limit),
            progress=self.boost_progress,
            ended_at=session.boost_ended_at or session.ended_at,
        )

    @property
    def is_settled(self) -> bool:
        """Whether it is decided what becomes of the try: it charges, or it does not. A boost does not leave it held."""
        is_about_to_charge = self.session.status is Status.PAUSED and self.session.is_boosted
        return self.session.status not in _UNSETTLED and not is_about_to_charge

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
