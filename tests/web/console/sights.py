"""One of everything that the console has a page for."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, update

from homecharge.domain.authorization_codes import Code
from homecharge.domain.authorization_trace import State, Step, TraceStep
from homecharge.domain.session_state import Kind, Session, Status
from homecharge.ports.units import Db
from homecharge.storage.models import Charger, Message
from homecharge.storage.models.commands import CommandRow
from homecharge.storage.types import new_id
from tests.authorizations import UID, decide, make_group, make_provider, make_token, open_transaction
from tests.homes import NOW, make_charger, make_home, make_session, sign_up

LINE = {"connection_id": new_id(), "connected_at": NOW, "first_seen_at": NOW, "last_seen_at": NOW}
EVIDENCE = [{"fact": "last_seen", "value": "2026-11-20T10:05:00Z", "at": "2026-11-20T10:05:00Z", "source": "gateway"}]
REJECTION: dict[str, Any] = {
    "code": "charger_offline",
    "category": "retriable",
    "exhausted": False,
    "params": {"since": "2026-11-20T10:05:00Z"},
    "also": ["car_unplugged"],
    "fix_by": "driver",
    "tone": "warning",
    "evidence": EVIDENCE,
}
TRACE = (
    TraceStep(Step.CHARGER, State.VALID, "known"),
    TraceStep(Step.TOKEN, State.INVALID, "not_valid"),
)


@dataclass(frozen=True, slots=True)
class Sights:
    """The ids of what there is to see, and of whom a rejected session is."""

    session: Session
    retried: Session
    location_id: str
    charger_id: str
    driver_id: str
    group_id: str
    provider_id: str
    token_id: str
    authorization_id: str
    command_id: str

    @property
    def lists(self) -> list[str]:
        """The pages that show many things."""
        return ["", "/chargers", "/authorizations", "/tokens", "/token-groups", "/providers", "/locations", "/audit"]

    @property
    def pages(self) -> list[str]:
        """Every page there is for an agent, below /support."""
        charger = f"/chargers/{self.charger_id}"
        things = [
            *(f"/sessions/{self.session.reference}", f"/sessions/{self.retried.id}", charger, f"{charger}/messages"),
            *(f"/drivers/{self.driver_id}", f"/cards/{UID}", f"/authorizations/{self.authorization_id}"),
            *(f"/token-groups/{self.group_id}", f"/locations/{self.location_id}", "?q=Ada@example.org", "?q=gibberish"),
        ]
        return [*self.lists, *things]


def make_sights(db: Db) -> Sights:
    """A home with a charger that is online, a try that failed and the next one, a provider, its card and a group."""
    ada = sign_up(db)
    home = make_home(db, ada)
    charger = make_charger(db, ada, home, "GARAGE")
    db.execute(update(Charger).where(Charger.id == charger.id).values(LINE))
    rejected = {"rejection": REJECTION, "reason": "charger_offline", "wake_at": None, "ended_at": NOW}
    session = make_session(db, charger, ada, kind=Kind.MANUAL, status=Status.REJECTED, **rejected)
    over = {
        "wake_at": None,
        "started_at": NOW,
        "ended_at": NOW + timedelta(hours=1),
        "energy_wh": 7250,
        "result": "met",
    }
    paid = {"cost": Decimal("1.2345"), "cost_currency": "GBP", "recovers_session_id": session.id}
    retried = make_session(db, charger, ada, kind=Kind.MANUAL, status=Status.COMPLETED, **over, **paid)
    provider_id = make_provider(db)
    authorize = _write_messages(db, charger.id)
    command_id = _order(db, charger.id)
    authorization_id = decide(db, charger, Code.NOT_VALID, *TRACE, message_id=authorize)
    open_transaction(db, charger)
    return Sights(
        session=session,
        retried=retried,
        location_id=home.id,
        charger_id=charger.id,
        driver_id=ada.account_id,
        group_id=make_group(db, charger),
        provider_id=provider_id,
        token_id=make_token(db, provider_id),
        authorization_id=authorization_id,
        command_id=command_id,
    )


def _write_messages(db: Db, charger_id: str) -> str:
    """A question about a card, with its answer; the id of the question."""
    authorize = new_id()
    row = {"charger_id": charger_id, "connection_id": new_id(), "at": NOW}
    asked = {"id": authorize, "direction": "in", "kind": "call", "action": "Authorize", "ocpp_id": "7"}
    answered = {"id": new_id(), "direction": "out", "kind": "result", "action": "Authorize", "ocpp_id": "7"}
    db.execute(
        insert(Message),
        [
            row | asked | {"body": f'[2,"7","Authorize",{{"idTag":"{UID}"}}]'},
            row | answered | {"body": '[3,"7",{"idTagInfo":{"status":"Invalid"}}]'},
        ],
    )
    return authorize


def _order(db: Db, charger_id: str) -> str:
    """A command that was refused; its id."""
    told = {"id": new_id(), "charger_id": charger_id, "action": "Reset", "payload": {"type": "Soft"}}
    ended = {"state": "rejected", "status": "Rejected", "answer": {"status": "Rejected"}, "version": 1, "follow_ups": 0}
    db.execute(insert(CommandRow).values(told | ended | {"created_at": NOW, "updated_at": NOW}))
    return str(told["id"])
