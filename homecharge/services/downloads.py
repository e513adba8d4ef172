"""History to take away, page by page, so that a download of any length needs the room of one page."""

from datetime import datetime

from homecharge.domain.accounts import Caller
from homecharge.domain.downloads import DownloadRow
from homecharge.domain.errors import Refused
from homecharge.domain.history import Filters
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.texts.catalogue import Language
from homecharge.ports.units import Db
from homecharge.services.history import list_history
from homecharge.storage.queries.names import read_charger_names, read_location_names

ROWS_AT_ONCE = 500
MOST_ON_PAPER = 5_000


class TooManySessions(Refused):
    """More sessions than a statement is made of; a narrower filter, or CSV, has them all. `most` is how many fit."""

    code = "too_many_sessions"
    title = "These are too many sessions for a statement"
    advice = "Propose a shorter time, or CSV."


def list_rows(
    db: Db, filters: Filters, keyset: Keyset, *, caller: Caller, language: Language, now: datetime
) -> Page[DownloadRow]:
    """A page of the caller's History, newest first, each row with the names of its charger and location."""
    page = list_history(db, filters, keyset, caller=caller, language=language, now=now)
    chargers = read_charger_names(db, {view.session.charger_id for view in page.items})
    locations = read_location_names(db, {view.session.location_id for view in page.items})
    rows = [
        DownloadRow(view, locations[view.session.location_id], chargers[view.session.charger_id]) for view in page.items
    ]
    return Page(rows, page.next)


def list_statement(
    db: Db, filters: Filters, *, caller: Caller, language: Language, now: datetime, most: int = MOST_ON_PAPER
) -> list[DownloadRow]:
    """Every row that a statement is made of, newest first. Raises TooManySessions."""
    rows: list[DownloadRow] = []
    keyset = Keyset(limit=ROWS_AT_ONCE)
    while True:
        page = list_rows(db, filters, keyset, caller=caller, language=language, now=now)
        rows += page.items
        if len(rows) + (page.next is not None) > most:
            msg = f"A statement holds {most:,} sessions at most: choose a shorter time, or CSV."
            raise TooManySessions(msg, most=most)
        if page.next is None:
            return rows
        keyset = Keyset(limit=ROWS_AT_ONCE, after=page.next)
