"""Everything that is held about whoever asks, to take away."""

from collections.abc import Iterator
from typing import Any

from homecharge.services.exporting import START, Part, Piece, Place, export_part
from homecharge.web.answers import Document
from homecharge.web.api.personal_data.schemas import RECORDS, Cursor, ExportQuery, PersonalData
from homecharge.web.auth import SIGNED_IN, token_to_go_on
from homecharge.web.context import Ask
from homecharge.web.json import to_json
from homecharge.web.operations import Area

area = Area("personal_data", "Everything that is held about you.")


@area.get("/me/export", access=SIGNED_IN, query=ExportQuery, answer=PersonalData, media_type="application/json")
def export_me(ask: Ask, query: dict[str, Any]) -> Document:
    """Download everything that is held about you.

    One JSON document, sent in parts however long it is. Passwords, tokens and the secrets of webhooks are not in it,
    and no other people. The messages of chargers are not either: what they said of your charges is in these.
    """
    begin: Place = query["cursor"]
    part = export_part(ask.db, ask.caller.account_id, begin)
    opening = f'{{"exported_at":{to_json(ask.now)}' if begin == START else ""
    text = opening + "".join(_texts(part)) + ("" if part.next else "}")
    name = f"homecharge-{ask.now:%Y-%m-%d}.json"
    if part.next is None:
        return Document(text, filename=name)
    cursor = Cursor().serialize("next", part)
    return Document(text, filename=name, next=f"/v1/me/export?cursor={cursor}", next_token=token_to_go_on(ask))


def _texts(part: Part) -> Iterator[str]:
    """What a part is in the document; after the first row of a section each begins with a comma."""
    has_rows = not part.pieces[0].begins
    for piece in part.pieces:
        has_rows = has_rows and not piece.begins
        yield _text(piece, has_rows=has_rows)
        has_rows = has_rows or bool(piece.rows)


def _text(piece: Piece, *, has_rows: bool) -> str:
    opening = f',"{piece.section}":[' if piece.begins else ""
    rows = ",".join(to_json(each) for each in RECORDS[piece.section](many=True).dump(piece.rows))
    comma = "," if has_rows and rows else ""
    return opening + comma + rows + ("]" if piece.ends else "")
