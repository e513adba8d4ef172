"""History as CSV that a spreadsheet opens as it is: local times, units in the header, nothing that runs.

RFC 4180 has commas. Where decimals have a comma, spreadsheets take semicolons, and 1.5 for the first of May.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from homecharge.domain.downloads import DownloadRow

BYTE_ORDER_MARK = "\ufeff"
"""Without it some spreadsheets take UTF-8 for the code page of the machine."""
_RUNS = re.compile(r"""(^|[,;])(?=[\s"]*[=+\-@\t\r\n])""")
"""Before what a spreadsheet takes for a formula where a cell begins with it (OWASP, CSV Injection).

A file may be opened where the other separator is usual: a cell begins after each `,` or `;` of a line there.
"""
_WH_PER_KWH_DIGITS = 3


class Separator(StrEnum):
    """What stands between two cells; with `SEMICOLON`, decimals have a comma."""

    COMMA = "comma"
    SEMICOLON = "semicolon"


_SIGNS = {Separator.COMMA: ",", Separator.SEMICOLON: ";"}
Cell = str | int | Decimal | None


def _words(text: str) -> str:
    """What people wrote, as text, whatever it holds."""
    return _RUNS.sub(r"\1'", text)


def _wall(at: datetime | None) -> str | None:
    return None if at is None else f"{at:%Y-%m-%d %H:%M:%S}"


def _offset(at: datetime | None) -> str | None:
    """What tells the two hours apart that a clock on the wall shows twice in an autumn night."""
    return None if at is None else f"UTC{at.isoformat()[-6:]}"


_COLUMNS: Sequence[tuple[str, Callable[[DownloadRow], Cell]]] = (
    ("Reference", lambda row: row.view.session.reference),
    ("Location", lambda row: _words(row.location)),
    ("Charger", lambda row: _words(row.charger)),
    ("Driver", lambda row: _words(row.view.driver.name) if row.view.driver else None),
    ("Kind", lambda row: row.view.session.kind.value),
    ("Status", lambda row: row.view.session.status.value),
    ("Due (local time)", lambda row: _wall(row.local(row.view.session.due_at))),
    ("Started (local time)", lambda row: _wall(row.local(row.view.session.started_at))),
    ("Ended (local time)", lambda row: _wall(row.local(row.view.session.ended_at))),
    ("Time zone", lambda row: row.view.time_zone),
    ("UTC offset when due", lambda row: _offset(row.local(row.view.session.due_at))),
    ("UTC offset when started", lambda row: _offset(row.local(row.view.session.started_at))),
    ("UTC offset when ended", lambda row: _offset(row.local(row.view.session.ended_at))),
    ("Energy (kWh)", lambda row: Decimal(row.view.session.energy_wh).scaleb(-_WH_PER_KWH_DIGITS)),
    ("Cost", lambda row: row.view.cost.amount if row.view.cost else None),
    ("Currency", lambda row: row.view.cost.currency if row.view.cost else None),
    ("Cost note", lambda row: row.view.cost_note),
    ("Ended because", lambda row: row.view.session.stop_reason),
    ("Result", lambda row: row.view.session.result),
    ("Reason code", lambda row: row.view.rejection.code if row.view.rejection else None),
    ("Reason", lambda row: _words(row.view.rejection.detail) if row.view.rejection else None),
    ("What to do", lambda row: _words(row.view.rejection.advice) if row.view.rejection else None),
    ("Session id", lambda row: row.view.session.id),
    ("Recovers session id", lambda row: row.view.session.recovers_session_id),
)
"""The name of each column, and what stands in it."""


def csv_text(rows: Iterable[DownloadRow], *, is_first: bool, separator: Separator = Separator.COMMA) -> str:
    """Rows as CSV; the first part of a file begins with the names of the columns."""
    text = io.StringIO(newline="")
    lines = csv.writer(text, delimiter=_SIGNS[separator], lineterminator="\r\n")
    if is_first:
        text.write(BYTE_ORDER_MARK)
        lines.writerow([name for name, _ in _COLUMNS])
    lines.writerows([_written(value(row), separator) for _, value in _COLUMNS] for row in rows)
    return text.getvalue()


def _written(cell: Cell, separator: Separator) -> Cell:
    has_comma = separator is Separator.SEMICOLON and isinstance(cell, Decimal)
    return str(cell).replace(".", ",") if has_comma else cell
