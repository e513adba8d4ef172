"""Local token groups as the console shows them: with what people call the places where they hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from homecharge.domain.token_groups import TokenGroup
from homecharge.ports.units import Db
from homecharge.services.token_groups import get_group
from homecharge.storage.queries.names import read_charger_identities, read_charger_names, read_location_names


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A location by its name, or a charger by its identity, with its name beside it; in the order of the alphabet."""

    title: str
    detail: str
    id: str


@dataclass(frozen=True, slots=True)
class GroupPage:
    """A group and where it holds; `home` is the name of the home that keeps it."""

    group: TokenGroup
    locations: Sequence[Place]
    chargers: Sequence[Place]
    home: str | None


def get_group_page(db: Db, group_id: str) -> GroupPage:
    """One of the operators' or a home's own. Raises NotFound."""
    group = get_group(db, group_id)
    locations = read_location_names(db, {*group.location_ids, *_homes([group])})
    names = read_charger_names(db, group.charger_ids)
    return GroupPage(
        group=group,
        locations=sorted(Place(locations[id_], "", id_) for id_ in group.location_ids),
        chargers=sorted(
            Place(identity, names[id_], id_) for id_, identity in read_charger_identities(db, group.charger_ids).items()
        ),
        home=None if group.home_id is None else locations[group.home_id],
    )


def read_homes(db: Db, groups: Sequence[TokenGroup]) -> Mapping[str, str]:
    """The names of the homes that keep groups, by their ids."""
    return read_location_names(db, _homes(groups))


def _homes(groups: Sequence[TokenGroup]) -> set[str]:
    return {group.home_id for group in groups if group.home_id is not None}
