"""Everything that is held about a person, handed to them in parts, so that a long life needs the room of one part."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from homecharge.domain.errors import Invalid
from homecharge.domain.personal_data import SECTIONS
from homecharge.ports.units import Db
from homecharge.storage.queries.exporting import Held, fetch_held

ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part begins: in a section, after the row with a key, or at the section's first row."""

    section: str
    after: Sequence[str] | None = None


START = Place(next(iter(SECTIONS)))


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of a section that follow one another; `begins` and `ends` it, where there is nothing before or after."""

    section: str
    rows: list[dict[str, Any]]
    begins: bool
    ends: bool


@dataclass(frozen=True, slots=True)
class Part:
    """The next pieces; `next` is where the rest begins, None where this is all. A section goes on after a row only."""

    pieces: list[Piece]
    next: Place | None


def export_part(db: Db, account_id: str, place: Place, *, limit: int = ROWS_AT_ONCE) -> Part:
    """About `limit` rows of what is held about a person, from a place on. Raises Invalid for a place that is none."""
    pieces: list[Piece] = []
    count = 0
    names = list(SECTIONS)
    for section in islice(names, names.index(place.section), None):
        after = place.after if section == place.section else None
        while True:
            held = _held(db, section, account_id, after=after, limit=limit)
            pieces.append(Piece(section, held.rows, begins=after is None, ends=held.next is None))
            count += len(held.rows)
            after = held.next
            if after is None:
                break
            if held.rows and count >= limit:
                return Part(pieces, Place(section, after))
    return Part(pieces, None)


def _held(db: Db, section: str, account_id: str, *, after: Sequence[str] | None, limit: int) -> Held:
    try:
        return fetch_held(db, section, account_id, after=after, limit=limit)
    except ValueError:
        raise Invalid(errors={"cursor": ["Not a cursor of this document."]}) from None
