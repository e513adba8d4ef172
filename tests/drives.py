"""A charger with a line, without a socket: cards are shown and transactions begun by the services that take them."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select

from homecharge.domain.session_state import Session
from homecharge.ports.charger_events import Begun, Line, Origin, TagVerdict, TransactionStart
from homecharge.ports.units import Db
from homecharge.services.authorizing import authorized
from homecharge.services.lines import line_opened
from homecharge.services.transactions import transaction_started
from homecharge.storage.models import TransactionRow
from homecharge.storage.queries.sessions import TABLE, list_sessions
from homecharge.storage.types import new_id
from tests.charges import TIMING
from tests.homes import NOW, make_charger, make_home, sign_up

UID = "04A1B2C3D4"


class Drive:
    """At a home of its own."""

    def __init__(self, db: Db, name: str = "Ada", identity: str = "CP1") -> None:
        self.owner = sign_up(db, name)
        self.home = make_home(db, self.owner)
        self.charger = make_charger(db, self.owner, self.home, identity)
        self.line = Line(new_id(), self.charger.id, identity, "ocpp1.6")
        line_opened(db, self.line, gateway_id=new_id(), timing=TIMING, now=NOW - timedelta(minutes=10))

    def show(self, db: Db, uid: str = UID, *, after_s: float = 0) -> TagVerdict:
        """Authorize."""
        verdict = authorized(db, self._origin(after_s), uid)
        assert isinstance(verdict, TagVerdict)
        return verdict

    def start(self, db: Db, uid: str = UID, *, at: datetime = NOW, after_s: float = 0, **how: Any) -> Begun:
        """StartTransaction, by the charger's clock at an instant, heard so many seconds after `NOW`."""
        begun = transaction_started(db, self._origin(after_s), TransactionStart(1, uid, 0, at), TIMING, **how)
        assert isinstance(begun, Begun)
        return begun

    def sessions(self, db: Db) -> list[Session]:
        return list_sessions(db, TABLE.c.charger_id == self.charger.id)

    def transactions(self, db: Db) -> list[Row[Any]]:
        t = TransactionRow.__table__
        return list(db.execute(select(t).where(t.c.charger_id == self.charger.id).order_by(t.c.id)))

    def _origin(self, after_s: float) -> Origin:
        return Origin(self.line, new_id(), NOW + timedelta(seconds=after_s))
