"""Whom and what an agent means who reads the audit log: words that people use, as the ids that stand there."""

import re

from homecharge.domain.accounts import normalised_email
from homecharge.domain.auditing import AuditFilters
from homecharge.domain.id_tokens import uid_key
from homecharge.domain.masking import mask_tag
from homecharge.ports.units import Db
from homecharge.services.history import find_any_session
from homecharge.storage.queries.support import ACCOUNTS, find_charger_id, find_driver

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def filters_of(db: Db, *, agent: str, about: str, action: str) -> AuditFilters:
    """What somebody did, and what was done to something; each is "" where it may be anything.

    `agent` is an account's e-mail address or id. `about` is a session's id or reference, a charger's identity or id
    (and then all that was done there), an account's e-mail address, a card's uid, or any id.
    """
    charger_id = find_charger_id(db, about) if about else None
    return AuditFilters(
        charger_id=charger_id,
        actor_id=_account_id(db, agent) if agent else None,
        target_id=_target_id(db, about) if about and charger_id is None else None,
        actions=(action,) if action else (),
    )


def _account_id(db: Db, text: str) -> str:
    found = find_driver(db, ACCOUNTS.c.email == normalised_email(text)) if "@" in text else None
    return text if found is None else found.id


def _target_id(db: Db, text: str) -> str:
    if "@" in text:
        return _account_id(db, text)
    session = find_any_session(db, text)
    if session is not None:
        return session.id
    return text.lower() if _ID.fullmatch(text.lower()) else mask_tag(uid_key(text))
