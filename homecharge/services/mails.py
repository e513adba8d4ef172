"""Mails about accounts: asked for in the unit of work they tell of, made when they are sent."""

import hashlib
import secrets
from datetime import datetime, timedelta

from homecharge.domain.accounts import Account
from homecharge.domain.errors import Invalid
from homecharge.domain.mails import LIFETIMES, MailKind, compose
from homecharge.domain.texts import Languages
from homecharge.ports.notifier import Mail
from homecharge.ports.units import Db
from homecharge.storage.queries import accounts, mails
from homecharge.storage.queries.mails import DueMail, Link

AGAIN = tuple(timedelta(minutes=minutes) for minutes in (2, 5, 15, 60, 240))
AT_ONCE = 20


class LinkNotValid(Invalid):
    """The token of a link is none of ours, was used, was replaced by a newer one, or its time is over."""

    code = "link_not_valid"
    title = "This link does not work any more; ask for another"
    advice = "Offer to send another link."

    def __init__(self) -> None:
        super().__init__(errors={"token": ["Used, expired, or replaced by a newer one."]})


def claim(db: Db, *, now: datetime) -> list[DueMail]:
    """Those to send now; each comes again until it is removed."""
    return mails.claim_mails(db, again=AGAIN, most=AT_ONCE, now=now)


def prepare(db: Db, due: DueMail, languages: Languages, *, app_url: str, now: datetime) -> Mail | None:
    """The mail, with a link made for it alone; None where nobody is to have it: it is then removed.

    The link of another try replaces the one before, so that it is another mail: one that mailboxes must not take for a
    repeat of the first, whose link works no more.

    Only here is looked whether an address has an account, so that whoever asks is answered alike, and as quickly.
    """
    account = _recipient(db, due)
    if account is None or due.tries > len(AGAIN):
        mails.remove_mail(db, due.id)
        return None
    token = None
    if due.kind in LIFETIMES:
        token = secrets.token_urlsafe(32)
        link = Link(account.id, due.kind, due.recipient)
        mails.add_link(db, link, token_hash=_hash(token), expires_at=now + LIFETIMES[due.kind])
    language = languages.find(account.locale)
    subject, text = compose(due.kind, language, name=account.name, app_url=app_url, token=token)
    id_ = due.id if token is None else f"{due.id}.{due.tries}"
    return Mail(id=id_, to=due.recipient, subject=subject, text=text, language=language.tag)


def get_link(db: Db, token: str, kinds: frozenset[MailKind], *, now: datetime) -> Link:
    """What the token is for; raises LinkNotValid."""
    link = mails.find_link(db, _hash(token), now=now)
    if link is None or link.kind not in kinds:
        raise LinkNotValid
    return link


def use_link(db: Db, token: str, kinds: frozenset[MailKind], *, now: datetime) -> Link:
    """The same, and it works no more; raises LinkNotValid, also where another use came first."""
    link = get_link(db, token, kinds, now=now)
    if not mails.remove_link(db, _hash(token)):
        raise LinkNotValid
    return link


def _recipient(db: Db, due: DueMail) -> Account | None:
    if due.account_id is None:
        found = accounts.find_credentials(db, due.recipient)
        return None if found is None else accounts.find_account(db, found[0])
    if due.kind is MailKind.CHANGE_EMAIL and accounts.find_credentials(db, due.recipient) is not None:
        return None
    return accounts.find_account(db, due.account_id)


def _hash(token: str) -> str:
    """256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
