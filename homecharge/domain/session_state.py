"""A charging session: one try to charge, its statuses and the moves between them."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from homecharge.domain.costs import CostNote
from homecharge.domain.courses import Course
from homecharge.domain.limits import Limit
from homecharge.domain.plans import Plan
from homecharge.domain.targets import Target
from homecharge.domain.times import Interval


class Kind(StrEnum):
    """Where a try came from."""

    BOOST = "boost"
    MANUAL = "manual"
    SMART = "smart"
    PLUG_IN = "plug_in"
    CARD = "card"


class Status(StrEnum):
    """Where a try stands; `completed` and `rejected` are over."""

    PLANNED = "planned"
    STARTING = "starting"
    CHARGING = "charging"
    PAUSED = "paused"
    COMPLETED = "completed"
    REJECTED = "rejected"


BOUNDED = frozenset({Kind.MANUAL, Kind.SMART})
"""Those that the end of their window stops; a Boost's bounds only its start."""
SCHEDULED = frozenset({Kind.MANUAL, Kind.SMART, Kind.PLUG_IN})
"""What restricted hours, the random delay and solar-only mode bind: a Boost and a card are the owner's override."""
UNPLANNED = SCHEDULED - {Kind.SMART}
"""Those that follow no plan."""
LIVE = frozenset({Status.STARTING, Status.CHARGING, Status.PAUSED})
OVER = frozenset({Status.COMPLETED, Status.REJECTED})
MOVES: dict[Status, frozenset[Status]] = {
    Status.PLANNED: frozenset({Status.STARTING, Status.CHARGING, Status.REJECTED}),
    Status.STARTING: frozenset({Status.CHARGING, Status.PAUSED, Status.REJECTED}),
    Status.CHARGING: frozenset({Status.PAUSED, Status.COMPLETED, Status.REJECTED}),
    Status.PAUSED: frozenset({Status.CHARGING, Status.COMPLETED, Status.REJECTED}),
    Status.COMPLETED: frozenset(),
    Status.REJECTED: frozenset(),
}


PROFILE_REFUSED = "profile_refused"
"""A flag: the charger does not keep the session's course."""
SOLAR_ONLY = "solar_only"
"""A flag: it draws what its home has left over, and nothing else."""
PARTNER_START = "partner_start"
"""A flag: a mobility partner asked for it; who reads what became of it cannot plug the car in."""
UNAUTHORIZED_OFFLINE = "unauthorized_offline"
"""A flag: the charger let a card charge while it had no line, and the card is refused: for an operator to review."""


class StopReason(StrEnum):
    """Why a charge ended (api.md, `stop_reason`)."""

    TARGET_REACHED = "target_reached"
    LIMIT_DURATION = "limit_duration"
    LIMIT_ENERGY = "limit_energy"
    LIMIT_COST = "limit_cost"
    WINDOW_END = "window_end"
    DRIVER = "driver"
    STOPPED_AT_CHARGER = "stopped_at_charger"
    UNPLUGGED = "unplugged"
    POWER_LOST = "power_lost"
    CHARGER_RESTART = "charger_restart"
    EMERGENCY = "emergency"
    NOT_AUTHORIZED = "not_authorized"
    LOST = "lost"
    OTHER = "other"


class Result(StrEnum):
    """Whether a completed charge gave what was asked of it."""

    MET = "met"
    SHORT = "short"


class Answer(StrEnum):
    """What the charger said to our remote start; `no_answer` is a timeout, `not_sent` never left.

    None in a session means that it is not known (yet).
    """

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    ERROR = "error"
    NO_ANSWER = "no_answer"
    NOT_SENT = "not_sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One row of History, as the rules see it. Instants are UTC, energy is integer watt-hours.

    `command_error` is the CALLERROR that was the answer: its code, with what it said of it.
    `wake_at` is its one alarm (None when over), `version` the fence of every move. `rejection` and `shortfall` are
    stored forms: `rejections.stored` and `endings.Ending.shortfall`. `open_until` is set while a session that is over
    may still be recovered. `plan` is the one that a Smart charge follows, in time without its random delay. `course`
    is how much power it may draw and when, None: nothing but the charger limits it; whoever sets another one counts
    `course_revision` up. `cost` is exact, and final: set once the session is over. `look_at_wh`: a sample that
    shows this much energy wakes it. A Boost at `boosted_at` sets it free until `boost_limit`, counted from the energy
    and the cost that it had by then, as its own limit by time goes on from `boost_from_s`; `boost_ended_at` gives
    it back. `card_uid` is the card that started it, which is then told to the charger in place of `tag`; the decision
    about it is `authorization_id`.
    """

    id: str
    reference: str
    tag: str
    kind: Kind
    status: Status
    location_id: str
    charger_id: str
    connector_id: int
    driver_id: str | None
    schedule_id: str | None
    occurrence_id: str | None
    recovers_session_id: str | None
    attempt: int
    at: datetime
    due_at: datetime
    window_start: datetime | None
    window_end: datetime | None
    last_feasible_start: datetime | None
    planned_start_at: datetime | None
    random_delay_s: int
    target: Target | None
    limit: Limit | None
    commanded_at: datetime | None
    command_answer: Answer | None
    command_error: str | None
    command_message_id: str | None
    started_at: datetime | None
    ended_at: datetime | None
    boosted_at: datetime | None
    energy_wh: int
    offered_at: datetime | None
    drew_at: datetime | None
    stop_requested_at: datetime | None
    stop_requested_by: str | None
    stop_requested_as: StopReason | None
    stop_reason: StopReason | None
    result: Result | None
    shortfall: dict[str, Any] | None
    reason: str | None
    rejection: dict[str, Any] | None
    open_until: datetime | None
    plan: Plan | None
    course: Course | None
    course_revision: int
    flags: tuple[str, ...]
    wake_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime
    cost: Decimal | None = None
    cost_currency: str | None = None
    cost_note: CostNote | None = None
    uncosted_wh: int | None = None
    look_at_wh: int | None = None
    boost_limit: Limit | None = None
    boost_from_wh: int | None = None
    boost_from_s: int | None = None
    boost_from_cost: Decimal | None = None
    boost_ended_at: datetime | None = None
    card_uid: str | None = None
    authorization_id: str | None = None

    @property
    def is_live(self) -> bool:
        """Starting, charging or paused."""
        return self.status in LIVE

    @property
    def window(self) -> Interval | None:
        """When the try may happen; None for a plug-in or a card."""
        if self.window_start is None or self.window_end is None:
            return None
        return Interval(self.window_start, self.window_end)

    @property
    def is_boosted(self) -> bool:
        """Whether a Boost sets it free of its plan and of restricted hours."""
        return self.boosted_at is not None and self.boost_ended_at is None

    @property
    def is_over(self) -> bool:
        """Completed or rejected."""
        return self.status in OVER


def moved(session: Session, status: Status, **changes: Any) -> Session:
    """The session in another status; raises ValueError for a move that is not in `MOVES`, a mistake of ours."""
    if status not in MOVES[session.status]:
        raise ValueError(f"a session that is {session.status} cannot become {status}")
    return dataclasses.replace(session, status=status, **changes)
