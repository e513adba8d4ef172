"""One box for whatever somebody reads down the phone: a reference, an identity, an address, an id, a card's number."""

import re
from datetime import datetime

from homecharge.domain.accounts import normalised_email
from homecharge.domain.authorization_view import AuthorizationFilters
from homecharge.domain.id_tokens import uid_key
from homecharge.domain.pages import Keyset
from homecharge.domain.references import find_reference
from homecharge.domain.rejections import Code
from homecharge.domain.session_state import Session
from homecharge.domain.support import Found, Hit, SearchResult, SupportCharger
from homecharge.domain.texts import Language
from homecharge.ports.units import Db
from homecharge.services.history import find_any_session
from homecharge.storage.queries import card_pages, support
from homecharge.storage.queries.authorizations import list_authorizations
from homecharge.storage.queries.roaming_tokens import find_token_of
from homecharge.storage.queries.sessions import get_session
from homecharge.storage.queries.support import ACCOUNTS, CHARGERS
from homecharge.storage.queries.timelines import list_sessions_of_request

MOST = 20
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}")
_LIKE_REFERENCE = re.compile(r"[0-9A-Za-z]{4}[ -]?[0-9A-Za-z]{4}")


def search(db: Db, text: str, *, language: Language, now: datetime) -> SearchResult:
    """Sessions by id, reference or request, drivers by e-mail address or id, chargers by identity, name or id.

    And cards by their uid.
    """
    wanted = text.strip()
    sessions, people = _sessions(db, wanted, language), _drivers(db, wanted, language, now=now)
    chargers = _chargers(db, wanted, language, is_exact=bool(sessions), now=now)
    hits = (*sessions, *people, *chargers, *_cards(db, wanted, language))
    return SearchResult(hits, None if hits else _note(wanted, language))


def _note(text: str, language: Language) -> str:
    if _UUID.fullmatch(text.lower()):
        return language.say(
            "Nothing stored goes by this id. A request that changed no session is in the log only: "
            "request_id is on every line."
        )
    if _LIKE_REFERENCE.fullmatch(text) is not None and find_reference(text) is None:
        return language.say(
            "This looks like a session's reference, but its check character does not fit: ask for it again."
        )
    return language.say("Nothing is known by this name.")


def _sessions(db: Db, text: str, language: Language) -> tuple[Hit, ...]:
    session = find_any_session(db, text)
    if session is not None:
        return (_session_hit(session, language),)
    of_request = list_sessions_of_request(db, text, limit=MOST)
    return tuple(_session_hit(get_session(db, session_id), language) for session_id in of_request)


def _session_hit(session: Session, language: Language) -> Hit:
    reason = f" ({_title_of(session.reason, language)})" if session.reason else ""
    detail = f"{language.name_of(session.kind)}, {language.name_of(session.status)}{reason}"
    return Hit(kind=Found.SESSION, id=session.id, title=session.reference, detail=detail)


def _drivers(db: Db, text: str, language: Language, *, now: datetime) -> tuple[Hit, ...]:
    condition = ACCOUNTS.c.email == normalised_email(text) if "@" in text else ACCOUNTS.c.id == text.lower()
    driver = support.find_driver(db, condition)
    if driver is None:
        return ()
    chargers = support.list_chargers_of(db, driver.id, limit=MOST, now=now)
    return (
        Hit(kind=Found.DRIVER, id=driver.id, title=driver.name, detail=driver.email),
        *(_charger_hit(charger, language) for charger in chargers),
    )


def _chargers(db: Db, text: str, language: Language, *, is_exact: bool, now: datetime) -> tuple[Hit, ...]:
    """By id, or by a part of identity or name, which reads all of them: not where the text is an id or a reference."""
    if not text or "@" in text:
        return ()
    if is_exact or _UUID.fullmatch(text.lower()):
        wanted = CHARGERS.c.id == text.lower()
    else:
        wanted = CHARGERS.c.identity.icontains(text, autoescape=True) | CHARGERS.c.name.icontains(text, autoescape=True)
    found = support.list_chargers_where(db, wanted, limit=MOST, now=now)
    return tuple(_charger_hit(charger, language) for charger in found)


def _charger_hit(charger: SupportCharger, language: Language) -> Hit:
    told = [charger.name, charger.location.name, language.name_of(charger.connection.state)]
    if charger.deleted_at is not None:
        told.append(language.say("removed"))
    detail = ", ".join(told)
    return Hit(kind=Found.CHARGER, id=charger.id, title=charger.identity, detail=detail)


def _cards(db: Db, text: str, language: Language) -> tuple[Hit, ...]:
    key = uid_key(text)
    token = find_token_of(db, key)
    say, known = language.say, []
    if token is not None:
        known.append(say("a roaming token") if token.provider is None else token.provider.name)
    known += [say("local group {group}", group=entry.group) for entry in card_pages.list_group_entries(db, key)]
    known += [say("card of {location}", location=entry.location) for entry in card_pages.list_home_entries(db, key)]
    for last in list_authorizations(db, AuthorizationFilters(uid=text), Keyset(limit=1)).items:
        status = f"{language.name_of(last.status)}{f' ({last.code})' if last.code else ''}"
        known.append(say("last time: {status}", status=status))
    return (Hit(kind=Found.CARD, id=key, title=key, detail=", ".join(known)),) if known else ()


def _title_of(reason: str, language: Language) -> str:
    return language.reasons[Code(reason)].title
