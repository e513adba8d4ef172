"""A charge without a socket: what a charger would report, handed to the services that take it."""

from datetime import datetime, timedelta

from homecharge.domain.accounts import Caller
from homecharge.domain.homes import Location
from homecharge.domain.limits import Limit
from homecharge.domain.session_state import Session
from homecharge.domain.timing import Timing
from homecharge.ports.charger_events import Line, MeterReport, Origin, Sample, TransactionStart, TransactionStop
from homecharge.ports.units import Db
from homecharge.services.boosts import Boost, boost
from homecharge.services.decisions import decide
from homecharge.services.lines import line_opened
from homecharge.services.metering import record_samples
from homecharge.services.transaction_ends import transaction_stopped
from homecharge.services.transactions import transaction_started
from homecharge.storage.queries.sessions import TABLE, get_session, list_sessions
from homecharge.storage.types import new_id
from tests.homes import make_charger

TIMING = Timing()
MINUTE = timedelta(minutes=1)


class Charge:
    """A Boost at a charger of its own, begun at an instant; the charger's register starts at 0."""

    def __init__(self, db: Db, driver: Caller, home: Location, *, start: datetime, limit: Limit | None = None) -> None:
        self.db = db
        charger = make_charger(db, driver, home, f"CP{start:%H%M%S}-{new_id()[-6:]}")
        self.line = Line(new_id(), charger.id, charger.identity, "ocpp1.6")
        line_opened(db, self.line, gateway_id=new_id(), timing=TIMING, now=start - 10 * MINUTE)
        wanted = Boost(limit=limit, connector_id=1, window=10 * MINUTE)
        self.id = boost(db, charger.id, wanted, caller=driver, now=start).id
        self.look(start)
        message = TransactionStart(1, self.session.tag, 0, start)
        started = transaction_started(db, self._origin(start), message, TIMING)
        assert started is not None
        self.transaction_id = started.transaction_id
        self.look(start)

    @property
    def session(self) -> Session:
        return get_session(self.db, self.id)

    def _origin(self, at: datetime) -> Origin:
        return Origin(self.line, new_id(), at)

    def look(self, at: datetime) -> None:
        """Let the alarm ring."""
        live = list_sessions(self.db, TABLE.c.charger_id == self.line.charger_id, TABLE.c.wake_at.is_not(None))
        decide(self.db, live, TIMING, now=at)

    def sample(self, at: datetime, energy_wh: int) -> None:
        report = MeterReport(1, self.transaction_id, (Sample(at, energy_wh, 7000, None, None),))
        record_samples(self.db, [(self._origin(at), report)], TIMING)

    def is_woken(self, at: datetime) -> bool:
        """Whether an alarm is due."""
        wake_at = self.session.wake_at
        return wake_at is not None and wake_at <= at

    def stop(self, at: datetime, energy_wh: int, *, heard_at: datetime | None = None, reason: str = "Local") -> Session:
        """StopTransaction, and the decision that follows."""
        now = heard_at or at
        stop = TransactionStop(self.transaction_id, None, energy_wh, at, reason, ())
        assert transaction_stopped(self.db, self._origin(now), stop, TIMING)
        self.look(now)
        return self.session
