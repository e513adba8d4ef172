"""Each public filter of a long list has an index that gives its page in order, however many rows there are."""

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from homecharge.domain.auditing import AuditFilters
from homecharge.domain.authorization_codes import AuthorizationStatus, Code, status_of
from homecharge.domain.authorization_view import AuthorizationFilters
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.roaming_tokens import TokenFilters
from homecharge.ports.units import Db
from homecharge.storage.bulk import inserting
from homecharge.storage.database import Database
from homecharge.storage.models import AuditRow, AuthorizationRow, RoamingToken
from homecharge.storage.queries.audit import list_entries
from homecharge.storage.queries.authorizations import list_authorizations
from homecharge.storage.queries.roaming_tokens import list_tokens
from homecharge.storage.types import new_id
from tests.cards import add_provider
from tests.homes import NOW

ROWS, RARE = 4_000, 400
"""So many that no planner would rather read them all; one in so many is what the filters look for."""
TOLD, SILENT = Code.PROVIDER_SAYS_NO_CREDIT, Code.PROVIDER_SILENT
REFUSED, PENDING = AuthorizationStatus.REFUSED, AuthorizationStatus.PENDING
Position = tuple[datetime, str]
AFTER = [None, (NOW - timedelta(seconds=5), "~")]
List = Callable[[Db, Keyset], Page[Any]]


def decisions(**filters: Any) -> List:
    return lambda db, keyset: list_authorizations(db, AuthorizationFilters(**filters), keyset)


def tokens(**filters: Any) -> List:
    return lambda db, keyset: list_tokens(db, TokenFilters(**filters), keyset)


def deeds(**filters: Any) -> List:
    return lambda db, keyset: list_entries(db, AuditFilters(**filters), keyset)


FILTERS = {
    "ix_authorizations_at": decisions(),
    "ix_authorizations_charger": decisions(charger_id="rare"),
    "ix_authorizations_code": decisions(codes=(TOLD,), statuses=(REFUSED,), until=NOW),
    "ix_authorizations_code ": decisions(codes=(TOLD, SILENT)),
    "ix_authorizations_status": decisions(statuses=(REFUSED,)),
    "ix_authorizations_status ": decisions(statuses=(REFUSED, PENDING)),
    "ix_authorizations_uid": decisions(uid="rare"),
    "ix_roaming_tokens_created_at_id": tokens(),
    "ix_roaming_tokens_contract_key_created_at_id": tokens(contract_id="ra-re"),
    "ix_roaming_tokens_is_valid_created_at_id": tokens(is_valid=False),
    "ix_roaming_tokens_provider_id_created_at_id": tokens(provider_id="PROVIDER"),
    "ix_audit_log_at_id": deeds(),
    "ix_audit_log_action_at_id": deeds(actions=("rare", "none")),
    "ix_audit_log_actor_id_at_id": deeds(actor_id="rare", until=NOW),
    "ix_audit_log_charger_id_at_id": deeds(charger_id="rare"),
}


SEVERAL = [
    (decisions(codes=(TOLD,)), decisions(codes=(SILENT,)), decisions(codes=(TOLD, SILENT, TOLD))),
    (deeds(actions=("rare",)), deeds(actions=("common",)), deeds(actions=("common", "rare"))),
]


def test_every_filter_is_answered_from_an_index_of_its_own(filled: Database):
    with filled.read() as db:
        pages = itertools.product(FILTERS.items(), (Keyset(20, after) for after in AFTER))
        plans = [(index.strip(), plan(filled, db, page, keyset)) for (index, page), keyset in pages]

    assert [(index, found) for index, found in plans if index not in found] == []


def test_a_page_of_several_values_is_the_merged_pages_of_each(filled: Database):
    with filled.read() as db:
        for (one, other, both), after in itertools.product(SEVERAL, AFTER):
            keyset = Keyset(50, after)
            merged = sorted((*one(db, keyset).items, *other(db, keyset).items), key=lambda row: row.at, reverse=True)
            page = both(db, keyset)

            assert page.items == merged[: keyset.limit]
            assert (page.next is None) == (len(merged) <= keyset.limit)


@pytest.fixture
def filled(database: Database) -> Database:
    with database.write() as db:
        provider = add_provider(db, id="PROVIDER")
        inserting(AuthorizationRow).execute(db, [decision(number) for number in range(ROWS)])
        inserting(RoamingToken).execute(db, [token(number, provider) for number in range(ROWS)])
        inserting(AuditRow).execute(db, [deed(number) for number in range(ROWS)])
    if not database.is_sqlite:
        with database.engine.connect() as db:
            db.execute(text("ANALYZE authorizations, roaming_tokens, audit_log"))
            db.commit()
    return database


def decision(number: int) -> dict[str, Any]:
    code = {0: TOLD, 1: SILENT}.get(number % RARE, Code.WHITELIST)
    uid, charger = ("RARE", "rare") if code is TOLD else (f"C{number}", f"{number % 50}")
    shown = {"uid": uid, "uid_key": uid, "charger_id": charger, "request": "authorize"}
    return made(number, "at") | shown | {"code": code, "status": status_of(code), "trace": [], "version": 0}


def token(number: int, provider_id: str) -> dict[str, Any]:
    is_rare, uid = number % RARE == 0, f"T{number}"
    said = {"uid": uid, "uid_key": uid, "type": "RFID", "whitelist": "NEVER", "is_valid": not is_rare}
    contract = {"contract_key": "RARE" if is_rare else uid, "provider_id": provider_id if is_rare else None}
    return made(number, "created_at", "updated_at") | said | contract | {"revision": 1}


def deed(number: int) -> dict[str, Any]:
    who, what = ("rare", "rare") if number % RARE == 0 else (f"{number % 50}", "common")
    target = {"target_kind": "charger", "target_id": who, "detail": {}}
    return made(number, "at") | target | {"actor_id": who, "charger_id": who, "action": what}


def made(number: int, *instants: str) -> dict[str, Any]:
    return {"id": new_id()} | dict.fromkeys(instants, NOW - timedelta(seconds=number))


def plan(database: Database, db: Db, page: List, keyset: Keyset) -> str:
    """How the database finds what the list is read with."""
    asked: list[tuple[str, Any]] = []

    def listen(_: Connection, __: object, statement: str, parameters: tuple[Any, ...], *___: object) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", listen)
    page(db, keyset)
    event.remove(database.engine, "before_cursor_execute", listen)
    [(statement, parameters)] = asked
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    return " ".join(str(row[-1]) for row in db.exec_driver_sql(explain + statement, parameters))
