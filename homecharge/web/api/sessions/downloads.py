"""The file that a download of History answers with: a CSV in parts, or a statement."""

from typing import Any
from urllib.parse import urlencode

from flask import request

from homecharge.domain.downloads import DownloadRow
from homecharge.domain.pages import Keyset, Page
from homecharge.services.downloads import ROWS_AT_ONCE, list_rows, list_statement
from homecharge.web import fields
from homecharge.web.answers import Document
from homecharge.web.api.sessions.queries import Format, filters_of
from homecharge.web.auth import token_to_go_on
from homecharge.web.context import Ask
from homecharge.web.downloads.spreadsheet import Separator, csv_text
from homecharge.web.language import language_of

CSV, PDF = "text/csv; charset=utf-8", "application/pdf"


def history_file(ask: Ask, query: dict[str, Any]) -> Document:
    """What a `DownloadQuery` asks for.

    Raises TooManySessions for a statement that would be too long, TooManyStatements where no more is made now.
    """
    filters, language = filters_of(query), language_of(ask)
    name = f"homecharge-sessions-{ask.now:%Y-%m-%d}.{query['format']}"
    if query["format"] == Format.PDF:
        from homecharge.web.downloads.statement import statement_pdf  # noqa: PLC0415 - few processes ever draw one

        with ask.context.statements.taken_by(ask.caller.account_id):
            rows = list_statement(ask.db, filters, caller=ask.caller, language=language, now=ask.now)
            return Document(statement_pdf(rows, language, now=ask.now), media_type=PDF, filename=name)
    keyset = Keyset(limit=ROWS_AT_ONCE, after=query["cursor"])
    page = list_rows(ask.db, filters, keyset, caller=ask.caller, language=language, now=ask.now)
    text = csv_text(page.items, is_first=keyset.after is None, separator=Separator(query["separator"]))
    if page.next is None:
        return Document(text, media_type=CSV, filename=name)
    return Document(text, media_type=CSV, filename=name, next=_path_of(page), next_token=token_to_go_on(ask))


def _path_of(page: Page[DownloadRow]) -> str:
    """Where the file goes on after a page of it."""
    asked = [(name, value) for name, value in request.args.items() if name != "cursor"]
    return f"{request.path}?{urlencode([*asked, ('cursor', fields.Cursor().serialize('next', page))])}"
