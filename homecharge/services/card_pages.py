"""Everything about a uid: which lists have it, where it is charging, and what was decided about it."""

from datetime import datetime

from homecharge.domain.authorization_view import AuthorizationFilters
from homecharge.domain.card_page import CardPage
from homecharge.domain.errors import NotFound
from homecharge.domain.id_tokens import uid_key
from homecharge.domain.pages import Keyset
from homecharge.domain.texts.catalogue import Language
from homecharge.ports.units import Db
from homecharge.services.authorizations import list_authorizations
from homecharge.storage.queries import card_pages as queries
from homecharge.storage.queries.roaming_tokens import find_token_of
from homecharge.storage.queries.support import find_charger_id

LATEST = 20
"""Decisions on a card's page; the list has them all."""


def get_card_page(db: Db, uid: str, *, language: Language, now: datetime) -> CardPage:
    """The page of a uid. Raises NotFound when nothing is known by it."""
    key = uid_key(uid)
    decided = list_authorizations(
        db, AuthorizationFilters(uid=uid), Keyset(limit=LATEST), language=language, now=now
    ).items
    page = CardPage(
        uid=key,
        token=find_token_of(db, uid),
        groups=queries.list_group_entries(db, key),
        homes=queries.list_home_entries(db, key),
        charging=queries.list_open_transactions(db, key),
        authorizations=tuple(decided),
    )
    if page.is_blank:
        raise NotFound("Nothing is known by this uid.")
    return page


def get_charger_id(db: Db, text: str) -> str:
    """The charger that an agent named by its identity or its id. Raises NotFound."""
    found = find_charger_id(db, text.strip())
    if found is None:
        raise NotFound("There is no charger with this identity.")
    return found
