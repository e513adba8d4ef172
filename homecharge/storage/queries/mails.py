"""Mails and links in and out of the database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete, insert, select, update

from homecharge.domain.mails import MailKind
from homecharge.ports.units import Db
from homecharge.storage.models import AccountLink, Mail
from homecharge.storage.types import new_id


@dataclass(frozen=True, slots=True)
class DueMail:
    """A mail to be sent now; `tries` counts this one."""

    id: str
    kind: MailKind
    recipient: str
    account_id: str | None
    tries: int


@dataclass(frozen=True, slots=True)
class Link:
    """What a link is for."""

    account_id: str
    kind: MailKind
    email: str


def add_mail(db: Db, kind: MailKind, recipient: str, *, account_id: str | None, now: datetime) -> None:
    """To be sent as soon as its unit has committed."""
    row = {"id": new_id(), "kind": kind, "recipient": recipient, "account_id": account_id, "tries": 0}
    db.execute(insert(Mail).values(**row, wake_at=now, created_at=now))


def claim_mails(db: Db, *, again: tuple[timedelta, ...], most: int, now: datetime) -> list[DueMail]:
    """Those that are due. Claiming sets when to try again, by how often it was tried: a crash loses nothing.

    What only a newer release can write waits for it, and holds up no other.
    """
    due = (
        select(Mail.id)
        .where(Mail.wake_at <= now, Mail.kind.in_(list(MailKind)))
        .order_by(Mail.wake_at, Mail.id)
        .limit(most)
    )
    waits = {tries: now + wait for tries, wait in enumerate(again)}
    rows = db.execute(
        update(Mail)
        .where(Mail.id.in_(due.with_for_update(skip_locked=True)))
        .values(tries=Mail.tries + 1, wake_at=case(waits, value=Mail.tries, else_=now + again[-1]))
        .returning(Mail.id, Mail.kind, Mail.recipient, Mail.account_id, Mail.tries)
        .execution_options(synchronize_session=False)
    )
    return [DueMail(row.id, MailKind(row.kind), row.recipient, row.account_id, row.tries) for row in rows]


def remove_mail(db: Db, mail_id: str) -> None:
    """It was taken, or nobody is to have it."""
    db.execute(delete(Mail).where(Mail.id == mail_id))


def add_link(db: Db, link: Link, *, token_hash: str, expires_at: datetime) -> None:
    """In place of the links of the same kind that the person had before."""
    db.execute(delete(AccountLink).where(AccountLink.account_id == link.account_id, AccountLink.kind == link.kind))
    row = {"token_hash": token_hash, "account_id": link.account_id, "kind": link.kind, "email": link.email}
    db.execute(insert(AccountLink).values(**row, expires_at=expires_at))


def find_link(db: Db, token_hash: str, *, now: datetime) -> Link | None:
    """What a link that still works is for."""
    usable = (AccountLink.token_hash == token_hash, AccountLink.expires_at > now)
    row = db.execute(select(AccountLink.account_id, AccountLink.kind, AccountLink.email).where(*usable)).one_or_none()
    return None if row is None else Link(row.account_id, MailKind(row.kind), row.email)


def remove_link(db: Db, token_hash: str) -> bool:
    """Use a link up; False if somebody else has."""
    return db.execute(delete(AccountLink).where(AccountLink.token_hash == token_hash)).rowcount == 1


def remove_links(db: Db, account_id: str, kinds: Collection[MailKind]) -> None:
    """No link of theirs of these kinds works any more, nor comes in a mail that waits."""
    for table in (AccountLink, Mail):
        db.execute(delete(table).where(table.account_id == account_id, table.kind.in_(kinds)))
