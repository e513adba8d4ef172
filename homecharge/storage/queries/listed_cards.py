"""Cards that chargers are to know without a line: local groups that cover them, and those that are paid back there."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Subquery, false, func, or_, select, union

from homecharge.domain.authorization_facts import ReimbursementType
from homecharge.domain.id_tokens import MAX_ID_TAG
from homecharge.domain.local_lists import ListedCard, Source
from homecharge.ports.units import Db
from homecharge.storage.models import (
    Charger,
    GroupToken,
    Location,
    Provider,
    RoamingToken,
    TokenGroup,
    TokenGroupCharger,
    TokenGroupLocation,
)
from homecharge.storage.parts import in_parts
from homecharge.storage.queries.deciding import reimbursement_of

C, G, T = Charger, TokenGroup, GroupToken
MOST_OF_AN_ORGANISATION = 5_000
"""More than any charger has room for; which of them stay is decided by their uids."""
_CHARGERS = select(C.id).where(C.deleted_at.is_(None))


def list_chargers_at(db: Db, location_ids: Collection[str]) -> list[str]:
    """The chargers at some locations, deleted ones not."""
    return [id_ for ids in in_parts(location_ids) for id_ in db.scalars(_CHARGERS.where(C.location_id.in_(ids)))]


def list_chargers_covered(db: Db, group_id: str) -> list[str]:
    """The chargers that a group covers, deleted ones not."""
    locations = select(TokenGroupLocation.location_id).where(TokenGroupLocation.group_id == group_id)
    single = select(TokenGroupCharger.charger_id).where(TokenGroupCharger.group_id == group_id)
    return list(db.scalars(_CHARGERS.where(C.location_id.in_(locations) | C.id.in_(single))))


def read_listed_cards(db: Db, charger_ids: Collection[str], *, now: datetime) -> dict[str, list[ListedCard]]:
    """The cards of each charger, by its id."""
    cards: defaultdict[str, list[ListedCard]] = defaultdict(list)
    covered = _covering_groups(charger_ids)
    members = (
        select(covered.c.id, G.home_id, T.uid_key, T.is_valid)
        .select_from(covered)
        .join(G, G.id == covered.c.group_id)
        .join(T, T.group_id == G.id)
    )
    for row in db.execute(members):
        source = Source.GROUP if row.home_id is None else Source.HOME
        cards[row.id].append(ListedCard(uid_key=row.uid_key, source=source, is_good=row.is_valid))
    places = (
        select(Location.id, Location.reimbursement, C.id.label("charger_id"))
        .select_from(Location)
        .join(C, C.location_id == Location.id)
        .where(C.id.in_(charger_ids), Location.reimbursement.is_not(None))
    )
    linked: dict[str, list[ListedCard]] = {}
    for row in db.execute(places):
        if row.id not in linked:
            linked[row.id] = _list_linked(db, row.reimbursement, now=now)
        cards[row.charger_id] += linked[row.id]
    return dict(cards)


def _covering_groups(charger_ids: Collection[str]) -> Subquery:
    """Each charger's id with the groups that cover it, found from the charger: most groups are those of other homes."""
    of_location, of_charger = TokenGroupLocation, TokenGroupCharger
    by_location = (
        select(C.id, of_location.group_id)
        .join(of_location, of_location.location_id == C.location_id)
        .where(C.id.in_(charger_ids))
    )
    singly = select(of_charger.charger_id.label("id"), of_charger.group_id).where(
        of_charger.charger_id.in_(charger_ids)
    )
    return union(by_location, singly).subquery()


def _list_linked(db: Db, reimbursement: Mapping[str, Any], *, now: datetime) -> list[ListedCard]:
    """The cards that a location's reimbursement names; a block of their provider holds for them too."""
    r = RoamingToken
    rows = (
        select(r.uid_key, r.is_valid, r.expires_at, Provider.blocked_at)
        .select_from(r)
        .outerjoin(Provider, Provider.id == r.provider_id)
        .where(_is_linked(reimbursement), func.length(r.uid_key) <= MAX_ID_TAG)
        .order_by(r.is_valid.desc(), r.uid_key)
        .limit(MOST_OF_AN_ORGANISATION)
    )
    return [
        ListedCard(
            uid_key=row.uid_key,
            source=Source.REIMBURSEMENT,
            is_good=row.is_valid and row.blocked_at is None and (row.expires_at is None or now < row.expires_at),
            expires_at=row.expires_at,
        )
        for row in db.execute(rows)
    ]


def _is_linked(reimbursement: Mapping[str, Any]) -> ColumnElement[bool]:
    r, wanted = RoamingToken, reimbursement_of(reimbursement)
    if wanted.type is ReimbursementType.ORGANISATION_UNIT:
        return r.organisation_key == wanted.organisation_unit
    keys = ((r.contract_key, wanted.contract_keys), (r.uid_key, wanted.uid_keys))
    return or_(false(), *(column.in_(named) for column, named in keys if named))
