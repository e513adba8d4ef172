"""Everything a decision may look at, and everything it may answer."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from homecharge.domain.bounds import Bounds
from homecharge.domain.charger_state import ChargerState, ConnectorState, Transaction, is_of_line
from homecharge.domain.rejections import Code
from homecharge.domain.session_state import Kind, Session, Status
from homecharge.domain.smart_facts import SmartFacts
from homecharge.domain.surplus import SolarFacts
from homecharge.domain.timeline import Step
from homecharge.domain.times import Interval
from homecharge.domain.timing import Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherSession:
    """A session that is starting, charging or paused on the same connector.

    `ends_at`: its window stops it by then; None where none does.
    """

    id: str
    reference: str
    kind: Kind
    status: Status
    since: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """The try that this one recovers."""

    session_id: str
    reason: Code | None
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Spending:
    """What a session with a limit by cost has cost so far, and when to look at it again.

    `look_at_wh`: the limit may be reached with this much energy; `look_at`: then another price begins.
    """

    cost: Decimal
    look_at_wh: int | None
    look_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One session and its surroundings, read at once.

    `station` is connector 0, `own` are the session's transactions (oldest first), `foreign` is another open one on its
    connector, `other` another live session there. `outages` are ours that ended after the due time, newest first.
    `smart` is what a Smart charge is planned with; `bounds` what binds one that follows no plan: a Manual, a plug-in,
    and in solar-only mode each of them, with `solar`. `spending` is known of sessions with a limit by cost.
    """

    session: Session
    charger: ChargerState
    connector: ConnectorState | None
    station: ConnectorState | None
    own: tuple[Transaction, ...]
    foreign: Transaction | None
    other: OtherSession | None
    recovers: Recovered | None
    outages: tuple[Interval, ...]
    smart: SmartFacts | None
    timing: Timing
    spending: Spending | None = None
    bounds: Bounds | None = None
    solar: SolarFacts | None = None

    @property
    def transaction(self) -> Transaction | None:
        """The session's newest transaction that was not refused."""
        accepted = [t for t in self.own if not t.is_refused]
        return accepted[-1] if accepted else None

    def is_of_this_line(self, learnt_at: datetime | None) -> bool:
        """Whether something was learnt on the present connection."""
        return is_of_line(learnt_at, connected_at=self.charger.connected_at)

    @property
    def fresh(self) -> ConnectorState | None:
        """The connector, if what is known of it counts."""
        return self._counting(self.connector)

    @property
    def fresh_station(self) -> ConnectorState | None:
        """Connector 0, if what is known of it counts."""
        return self._counting(self.station)

    def _counting(self, connector: ConnectorState | None) -> ConnectorState | None:
        return connector if connector is not None and self.is_of_this_line(connector.reported_at) else None


@dataclass(frozen=True, slots=True)
class StartCommand:
    """Tell the charger to begin, once."""

    connector_id: int
    id_tag: str


@dataclass(frozen=True, slots=True)
class Stop:
    """A transaction that is owed a RemoteStop at an instant; `is_pause`: its session goes on with another."""

    transaction_id: int
    at: datetime
    is_pause: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What `advance` decided: the session as it is next, the steps for its timeline, and what must be done.

    `stops` are the stops owed to transactions, `goes_on` is the one whose stop is taken back, `loses` the one taken for
    ended, `adopts` one taken over from another session, which is then over (`ends_session_id`).
    """

    session: Session
    steps: tuple[Step, ...] = ()
    command: StartCommand | None = None
    stops: tuple[Stop, ...] = ()
    goes_on: int | None = None
    loses: int | None = None
    adopts: int | None = None
    ends_session_id: str | None = None
