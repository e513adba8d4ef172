"""What a decision about a card is made from: the place, the card on every list, and what was decided before."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, or_, select

from homecharge.domain.authorization_codes import REUSABLE, Code
from homecharge.domain.authorization_facts import (
    CardProvider,
    EarlierGrant,
    Elsewhere,
    LocalEntry,
    Place,
    Reimbursement,
    ReimbursementType,
    Request,
    RoamingCard,
)
from homecharge.domain.charger_state import StartMode
from homecharge.domain.id_tokens import TokenType, Whitelist
from homecharge.domain.providers import SupportContact
from homecharge.ports.units import Db
from homecharge.storage.models import (
    AuthorizationRow,
    Charger,
    GroupToken,
    Location,
    Member,
    Preapproval,
    Provider,
    RoamingToken,
    TokenGroup,
    TokenGroupCharger,
    TokenGroupLocation,
    TransactionRow,
)

_TAPS = 20
"""More than anybody holds one card to a charger while a grant of it counts."""
_TYPES, _WHITELISTS = frozenset(TokenType), frozenset(Whitelist)


@dataclasses.dataclass(frozen=True, slots=True)
class CardPlace:
    """A charger that a card is shown to, with what `Place` leaves out; `tag` is its `remote_start_tag`."""

    place: Place
    tag: str | None
    connection_timeout_s: int | None


def find_place(db: Db, charger_id: str) -> CardPlace | None:
    """What a charger and its location accept; None if there is no such charger any more."""
    c, home = Charger, Location
    row = db.execute(
        select(
            *(c.location_id, c.accept_any, c.start_mode, c.remote_start_tag, c.connection_timeout_s),
            home.accept_any.label("home_accepts_any"),
            *(home.roaming, home.guest, home.reimbursement),
        )
        .join(home, home.id == c.location_id)
        .where(c.id == charger_id, c.deleted_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    place = Place(
        charger_id=charger_id,
        location_id=row.location_id,
        charger_accepts_any=row.accept_any,
        location_accepts_any=row.home_accepts_any,
        is_free_vend=row.start_mode == StartMode.FREE_VEND,
        has_roaming=row.roaming,
        has_guests=row.guest,
        reimbursement=None if row.reimbursement is None else reimbursement_of(row.reimbursement),
    )
    return CardPlace(place, row.remote_start_tag, row.connection_timeout_s)


def reimbursement_of(stored: Mapping[str, Any]) -> Reimbursement:
    """The cards that a location pays back, as they are stored."""
    return Reimbursement(
        type=ReimbursementType(stored["type"]),
        contract_keys=frozenset(stored.get("contract_keys") or ()),
        uid_keys=frozenset(stored.get("uid_keys") or ()),
        organisation_unit=stored.get("organisation_unit"),
    )


def list_entries(db: Db, key: str, place: Place) -> tuple[LocalEntry, ...]:
    """A uid in every local group, and whether that group covers the charger."""
    token, group, at, of = GroupToken, TokenGroup, TokenGroupLocation, TokenGroupCharger
    covers = or_(
        exists().where(at.group_id == group.id, at.location_id == place.location_id),
        exists().where(of.group_id == group.id, of.charger_id == place.charger_id),
    )
    rows = db.execute(
        select(
            *(group.name, group.home_id, group.allow_concurrent, token.is_valid, token.driver_id),
            covers.label("covers"),
        )
        .join(group, group.id == token.group_id)
        .where(token.uid_key == key)
        .order_by(group.created_at, group.id)
    )
    return tuple(
        LocalEntry(
            group=row.name,
            covers=bool(row.covers),
            is_valid=row.is_valid,
            is_home=row.home_id is not None,
            allow_concurrent=row.allow_concurrent,
            driver_id=row.driver_id,
        )
        for row in rows
    )


def find_card(db: Db, key: str) -> RoamingCard | None:
    """The token of a provider, with whom to turn to about it."""
    token, issuer = RoamingToken, Provider
    row = db.execute(
        select(
            *(token.type, token.is_valid, token.whitelist, token.contract_key, token.organisation_key),
            *(token.expires_at, token.provider_id, issuer.name, issuer.country_code, issuer.party_id),
            *(issuer.blocked_at, issuer.live_url, issuer.live_token, issuer.live_timeout_s, issuer.support),
        )
        .outerjoin(issuer, issuer.id == token.provider_id)
        .where(token.uid_key == key)
    ).one_or_none()
    if row is None:
        return None
    provider = None
    if row.provider_id is not None:
        provider = CardProvider(
            id=row.provider_id,
            name=row.name,
            party=f"{row.country_code}-{row.party_id}",
            is_blocked=row.blocked_at is not None,
            live_url=row.live_url,
            live_token=row.live_token,
            live_timeout_s=row.live_timeout_s,
            contact=SupportContact(**row.support).quickest if row.support else None,
        )
    return RoamingCard(
        type=TokenType(row.type) if row.type in _TYPES else TokenType.OTHER,
        is_valid=row.is_valid,
        whitelist=Whitelist(row.whitelist) if row.whitelist in _WHITELISTS else None,
        contract_key=row.contract_key,
        organisation_unit=row.organisation_key,
        expires_at=row.expires_at,
        provider=provider,
    )


def find_preapproval(db: Db, charger_id: str, key: str, *, now: datetime) -> datetime | None:
    """When a partner's start with that card was allowed at the charger, while that still counts."""
    p = Preapproval
    when: datetime | None = db.scalar(
        select(p.approved_at).where(p.charger_id == charger_id, p.uid_key == key, p.expires_at > now)
    )
    return when


def find_grant(db: Db, charger_id: str, key: str, *, since: datetime, now: datetime) -> EarlierGrant | None:
    """The latest answer to an Authorize of that card there, if it is a grant since `since` that still counts.

    One that rested on an earlier grant itself says nothing new, and prolongs nothing.
    """
    a = AuthorizationRow
    rows = db.execute(
        select(a.code, a.at, a.granted_until)
        .where(a.charger_id == charger_id, a.uid_key == key, a.request == Request.AUTHORIZE, a.code.is_not(None))
        .where(a.at >= since)
        .order_by(a.at.desc(), a.id.desc())
        .limit(_TAPS)
    )
    for row in rows:
        code = Code(row.code)
        if code not in REUSABLE:
            return None
        if row.granted_until is not None:
            return EarlierGrant(code, row.at) if row.granted_until > now else None
    return None


def find_elsewhere(db: Db, key: str, *, heard_since: datetime, but: tuple[str, int | None]) -> Elsewhere | None:
    """A live transaction of that card, heard of since then; not one on the charger and connector `but`."""
    t, c = TransactionRow, Charger
    charger_id, connector_id = but
    here = t.charger_id == charger_id
    if connector_id is not None:
        here = and_(here, t.connector_id == connector_id)
    row = db.execute(
        select(c.identity, t.started_at)
        .join(c, c.id == t.charger_id)
        .where(t.uid_key == key, t.stopped_at.is_(None), t.is_refused.is_(False), t.heard_at >= heard_since, ~here)
        .order_by(t.started_at.desc())
        .limit(1)
    ).first()
    return None if row is None else Elsewhere(row.identity, row.started_at)


def is_member(db: Db, location_id: str, account_id: str) -> bool:
    """Whether a person belongs to a location."""
    m = Member
    return bool(db.scalar(select(exists().where(m.location_id == location_id, m.account_id == account_id))))
