"""Decisions about cards, as staff and the admins of a home look them up."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from homecharge.domain.authorization_view import Authorization, AuthorizationFilters, AuthorizationView
from homecharge.domain.chargers import Charger
from homecharge.domain.errors import NotFound
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.session_state import Session
from homecharge.domain.texts.catalogue import Language
from homecharge.domain.texts.values import Reader
from homecharge.domain.wording_authorizations import as_members_see, authorization_text
from homecharge.ports.units import Db
from homecharge.storage.queries import authorizations as queries

_NOWHERE = "UTC"
"""The zone of a decision about a charger that nobody knows."""


def list_authorizations(
    db: Db, filters: AuthorizationFilters, keyset: Keyset, *, language: Language, now: datetime
) -> Page[AuthorizationView]:
    """Every decision that passes, newest first."""
    page = queries.list_authorizations(db, filters, keyset)
    return Page(describe_authorizations(page.items, language=language, now=now), page.next)


def get_authorization(db: Db, authorization_id: str, *, language: Language, now: datetime) -> AuthorizationView:
    """One decision. Raises NotFound."""
    found = queries.find_authorization(db, authorization_id)
    if found is None:
        raise NotFound("There is no authorization with this id.")
    return describe_authorizations([found], language=language, now=now)[0]


def list_authorizations_at(
    db: Db, charger: Charger, keyset: Keyset, *, language: Language, now: datetime
) -> Page[AuthorizationView]:
    """The decisions at a charger as those who edit its home's cards see them, newest first."""
    page = queries.list_authorizations(db, AuthorizationFilters(charger_id=charger.id), keyset)
    shown = map(as_members_see, page.items)
    return Page(describe_authorizations(shown, language=language, now=now), page.next)


def find_authorization_of(db: Db, session: Session, *, language: Language, now: datetime) -> AuthorizationView | None:
    """The decision that a session rests on, or that refused it; None where no card was asked about."""
    named = session.authorization_id
    found = queries.find_authorization(db, named) if named is not None else None
    found = found or queries.find_authorization_of_session(db, session.id)
    return None if found is None else describe_authorizations([found], language=language, now=now)[0]


def describe_authorizations(
    found: Iterable[Authorization], *, language: Language, now: datetime
) -> list[AuthorizationView]:
    """Decisions in words, each in the time of its location."""
    return [
        authorization_text(each, Reader(language=language, zone=ZoneInfo(each.time_zone or _NOWHERE), now=now))
        for each in found
    ]
