"""A person is taken out of everything, as `storage.queries.personal_data` says, and leaves energy records of nobody."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, bindparam, delete, false, func, or_, select, update

from homecharge.domain.accounts import Role
from homecharge.domain.id_tokens import uid_key
from homecharge.ports.units import Db
from homecharge.storage.models import (
    Account,
    AuditRow,
    AuthorizationRow,
    Base,
    Charger,
    ChargingSession,
    CommandFollowUp,
    CommandRow,
    GroupToken,
    IdempotencyKey,
    LocalListEntry,
    Location,
    Mail,
    Message,
    NotificationRow,
    Preapproval,
    Schedule,
    Tariff,
    TransactionRow,
    Vehicle,
)
from homecharge.storage.queries.card_ends import hide_card_ends
from homecharge.storage.queries.notification_settings import list_webhooks, lock_webhooks
from homecharge.storage.queries.personal_data import (
    TABLES,
    Fate,
    Holding,
    card_keys_of,
    homes_of,
    own_chargers_of,
    own_homes_of,
)

ERASED = "erased"
"""In the place of a card's uid. No card has it: letters of cards are compared as capitals."""
_STARTS = ("Authorize", "StartTransaction", "StopTransaction", "RemoteStartTransaction")
_WITH_TAGS = (*_STARTS, "SendLocalList", "ReserveNow", "DataTransfer")
"""OCPP 1.6 messages that may hold an id token; those whose action nobody could read are looked at besides."""
_A, _K, _S, _T = AuthorizationRow, IdempotencyKey, ChargingSession, TransactionRow


@dataclass(frozen=True, slots=True)
class Traces:
    """Where a person left traces: read before they leave their homes, because nothing leads there afterwards."""

    own_homes: Sequence[str]
    own_chargers: Sequence[str]
    other_chargers: Sequence[str]
    """At the homes of others that they belong to, or charged at once."""
    card_ids: Sequence[str]
    card_keys: frozenset[str]


def find_traces(db: Db, account_id: str) -> Traces:
    """Of a person, while they still belong to their homes."""
    own = list(db.scalars(own_chargers_of(account_id)))
    was_there = select(_S.location_id).where(_S.driver_id == account_id)
    homes = or_(Charger.location_id.in_(homes_of(account_id)), Charger.location_id.in_(was_there))
    shown = select(_S.card_uid).where(_S.driver_id == account_id).distinct()
    holding = TABLES[GroupToken.__tablename__]
    return Traces(
        own_homes=list(db.scalars(own_homes_of(account_id))),
        own_chargers=own,
        other_chargers=list(db.scalars(select(Charger.id).where(homes, Charger.id.not_in(own)))),
        card_ids=list(db.scalars(select(GroupToken.id).where(_rows_of(holding, account_id)))),
        card_keys=frozenset(db.scalars(card_keys_of(account_id))) | {uid_key(uid) for uid in db.scalars(shown) if uid},
    )


def erase_person(db: Db, account_id: str, traces: Traces, *, email: str, now: datetime) -> None:
    """Everything about a person who has left the homes of others; History stays, and says nothing of anybody."""
    _erase_own_homes(db, traces)
    _erase_cards(db, traces)
    _anonymise_homes(db, traces, now=now)
    _forget_what_they_signed_in_with(db, account_id)
    db.execute(update(_S).where(_S.driver_id == account_id).values(driver_id=None, card_uid=None))
    db.execute(update(Schedule).where(Schedule.driver_id == account_id).values(name=None))
    nameless = {"name": "", "feed_url": None, "feed_wake_at": None, "feed_error": None}
    db.execute(update(Tariff).where(Tariff.account_id == account_id).values(nameless))
    db.execute(delete(Mail).where(Mail.recipient == email))
    lock_webhooks(db, {webhook.id for webhook in list_webhooks(db, [account_id])})
    for table, holding in _erased():
        db.execute(delete(table).where(_rows_of(holding, account_id)))
    nobody: dict[str, Any] = {
        "email": f"deleted-{account_id}",
        "email_verified_at": None,
        "password_hash": "",
        "name": "",
        "locale": "en",
        "role": Role.DRIVER,
    }
    db.execute(update(Account).where(Account.id == account_id).values(**nobody, updated_at=now))


def _erased() -> list[tuple[Table, Holding]]:
    """Tables whose rows about a person go, those first that refer to others; last memberships, which lead to homes."""
    tables = [table for table in reversed(Base.metadata.sorted_tables) if table.name != "members"]
    named = [(table, TABLES[table.name]) for table in [*tables, Base.metadata.tables["members"]]]
    return [(table, held) for table, held in named if held.fate is Fate.ERASED and held.whose is not None]


def _rows_of(holding: Holding, account_id: str) -> ColumnElement[bool]:
    assert holding.whose is not None  # noqa: S101 - asked of tables that have rows about people
    return holding.whose(account_id)


def _erase_own_homes(db: Db, traces: Traces) -> None:
    """What the chargers of a home that is gone said and were told, which cards they kept, and who came with one."""
    chargers = traces.own_chargers
    for table in (Message, LocalListEntry, AuthorizationRow):
        db.execute(delete(table).where(table.charger_id.in_(chargers)))
    told = select(CommandRow.id).where(CommandRow.charger_id.in_(chargers))
    db.execute(update(CommandFollowUp).where(CommandFollowUp.command_id.in_(told)).values(detail={}))
    unsaid: dict[str, Any] = {"payload": {}, "to_send": None, "answer": None, "error_detail": None}
    db.execute(update(CommandRow).where(CommandRow.charger_id.in_(chargers)).values(unsaid))
    answers = [column.contains(id_) for id_ in (*traces.own_homes, *chargers) for column in (_K.path, _K.body)]
    db.execute(delete(_K).where(or_(false(), *answers)))
    about = or_(AuditRow.charger_id.in_(chargers), AuditRow.location_id.in_(traces.own_homes))
    db.execute(update(AuditRow).where(about).values(detail={}))
    tags = {"id_tag": ERASED, "uid_key": ERASED}
    db.execute(update(_T).where(_T.charger_id.in_(chargers)).values(tags))


def _anonymise_homes(db: Db, traces: Traces, *, now: datetime) -> None:
    homes = traces.own_homes
    gone = {"name": "", "reimbursement": None, "deleted_at": func.coalesce(Location.deleted_at, now)}
    db.execute(update(Location).where(Location.id.in_(homes)).values(gone | {"updated_at": now}))
    db.execute(update(Vehicle).where(Vehicle.location_id.in_(homes)).values(name="", updated_at=now))
    unknown = {"name": "", "identity": Charger.id, "serial_number": None, "remote_start_tag": None}
    forgotten = {"configuration": None, "last_refusal": None, "next_passwords_sha256": None, "password_sha256": ""}
    db.execute(update(NotificationRow).where(NotificationRow.location_id.in_(homes)).values(charger_name=None))
    db.execute(update(Charger).where(Charger.location_id.in_(homes)).values(unknown | forgotten | {"updated_at": now}))


def _erase_cards(db: Db, traces: Traces) -> None:
    """One's cards, their uids wherever others' chargers said them, and their ends. Others of a shared home stay."""
    db.execute(delete(GroupToken).where(GroupToken.id.in_(traces.card_ids)))
    keys, chargers = traces.card_keys, traces.other_chargers
    if not keys:
        return
    db.execute(delete(Preapproval).where(Preapproval.uid_key.in_(keys)))
    shown = (_A.charger_id.in_(chargers), _A.uid_key.in_(keys))
    db.execute(update(_A).where(*shown).values(uid=ERASED, uid_key=ERASED, trace=[]))
    charged = (_T.charger_id.in_(chargers), func.coalesce(_T.uid_key, func.upper(_T.id_tag)).in_(keys))
    db.execute(update(_T).where(*charged).values(id_tag=ERASED, uid_key=ERASED))
    places = select(Charger.location_id).where(Charger.id.in_(chargers))  # the index of History begins with the home
    refused = (_S.location_id.in_(places), _S.charger_id.in_(chargers), func.upper(func.trim(_S.card_uid)).in_(keys))
    _hide_ends(db, traces, keys | set(db.scalars(select(_S.card_uid).where(*refused).distinct())))
    db.execute(update(_S).where(*refused).values(card_uid=None))
    for key in keys:
        _mask_in_messages(db, chargers, key)


def _hide_ends(db: Db, traces: Traces, uids: Collection[str]) -> None:
    chargers = [*traces.own_chargers, *traces.other_chargers]
    places = set(db.scalars(select(Charger.location_id).where(Charger.id.in_(chargers))))
    hide_card_ends(db, uids, charger_ids=chargers, location_ids=places | set(traces.own_homes))


def _forget_what_they_signed_in_with(db: Db, account_id: str) -> None:
    """People give their devices their own names; when an agent's log-ins began and ended stays in the audit log."""
    log_ins = select(AuditRow.id, AuditRow.detail).where(AuditRow.target_kind == "account")
    for row in db.execute(log_ins.where(AuditRow.target_id == account_id)).all():
        nameless = {name: value for name, value in row.detail.items() if name != "device"}
        db.execute(update(AuditRow).where(AuditRow.id == row.id).values(detail=nameless))


def _mask_in_messages(db: Db, charger_ids: Sequence[str], key: str) -> None:
    messages = cast("Table", Message.__table__).c
    tag = re.compile(rf'"\s*{re.escape(key)}\s*("|$)', re.IGNORECASE)
    may_hold = or_(messages.action.in_(_WITH_TAGS), messages.action.is_(None))
    query = select(messages.id, messages.body).where(
        messages.charger_id.in_(charger_ids), may_hold, messages.body.icontains(key, autoescape=True)
    )
    masked = [{"frame": row.id, "masked": tag.sub(f'"{ERASED}"', row.body)} for row in db.execute(query)]
    if masked:
        by_id = update(Message).where(messages.id == bindparam("frame")).values(body=bindparam("masked"))
        db.execute(by_id, masked)
