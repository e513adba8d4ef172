"""Where the charges of cards are paid back: found from the cards, because most places pay for a few of them only."""

from collections.abc import Collection

from sqlalchemy import and_, delete, insert, or_, select, union

from homecharge.domain.location_access import Link, LinkedBy
from homecharge.ports.units import Db
from homecharge.storage.models import ReimbursedCard, RoamingToken

R, T = ReimbursedCard, RoamingToken
KEYS = {LinkedBy.CONTRACT: T.contract_key, LinkedBy.UID: T.uid_key, LinkedBy.ORGANISATION: T.organisation_key}
"""The columns of a provider's token that a reimbursement names it by."""


def write_links(db: Db, location_id: str, links: Collection[Link]) -> None:
    """A location pays back the cards that these name, and no others."""
    db.execute(delete(R).where(R.location_id == location_id))
    if links:
        db.execute(insert(R), [{"location_id": location_id, "linked_by": by, "key": key} for by, key in links])


def list_places_linking(db: Db, links: Collection[Link]) -> list[str]:
    """The ids of the locations that pay back a card that any of these names."""
    named = or_(*(and_(R.linked_by == by, R.key == key) for by, key in links))
    return list(db.scalars(select(R.location_id).where(named).distinct()))


def list_places_of_provider(db: Db, provider_id: str) -> list[str]:
    """The ids of the locations that pay back any of a provider's cards."""
    of_provider = (
        select(R.location_id).join(T, and_(R.linked_by == by, R.key == key)).where(T.provider_id == provider_id)
        for by, key in KEYS.items()
    )
    return list(db.scalars(union(*of_provider)))
