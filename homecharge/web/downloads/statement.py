"""History as a statement to print: the months' energy and cost, what was rejected and why, and every session."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from importlib.resources import as_file, files
from zoneinfo import ZoneInfo

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from homecharge.domain.downloads import DownloadRow, Sum, sums_of
from homecharge.domain.money import Money
from homecharge.domain.texts.catalogue import Language
from homecharge.domain.texts.values import money_text
from homecharge.web import formats

_FONT = "DejaVu"
_ROW_MM, _HEAD_MM, _TITLE_MM = 5.5, 7.0, 11.0
_LINE_GREY, _HEAD_GREY = 200, 236
_WIDTHS = (24, 32, 34, 34, 20, 22, 22, 89)
_SUM_WIDTHS = (40, 30, 30, 34, 50)
_ALIGNED = ("L", "L", "L", "L", "L", "R", "R", "L")
_WH_PER_KWH_DIGITS = 3


class _Paper(FPDF):
    """Landscape A4 whose pages are numbered."""

    def __init__(self, page_words: str) -> None:
        super().__init__(orientation="landscape", format="A4")
        self._page_words = page_words
        self.set_auto_page_break(auto=True, margin=14)
        fonts = files("homecharge.web") / "static" / "fonts"
        for style, name in (("", "DejaVuSansCondensed.ttf"), ("B", "DejaVuSansCondensed-Bold.ttf")):
            with as_file(fonts / name) as path:
                self.add_font(_FONT, style, path)

    def footer(self) -> None:
        """The number of the page, on each."""
        self.set_y(-10)
        self.set_font(_FONT, size=8)
        self.cell(0, 6, self._page_words.format(page=self.page_no()), align="R")

    def line_of(self, cells: Sequence[str], widths: Sequence[int], aligned: Sequence[str], *, is_head: bool) -> None:
        """A line of a table; what does not fit is cut."""
        self.set_font(_FONT, "B" if is_head else "", 8)
        for text, width, align in zip(cells, widths, aligned, strict=True):
            self.cell(width, _ROW_MM, self._fitted(text, width - 2), border="B", align=align, fill=is_head)
        self.ln(_ROW_MM)

    def heading(self, text: str, size: int, height_mm: float) -> None:
        """A heading on a line of its own."""
        self.set_font(_FONT, "B", size)
        self.cell(0, height_mm, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _fitted(self, text: str, width_mm: float) -> str:
        if self.get_string_width(text) <= width_mm:
            return text
        while text and self.get_string_width(text + "…") > width_mm:
            text = text[:-1]
        return text + "…"


def statement_pdf(rows: Sequence[DownloadRow], language: Language, *, now: datetime) -> bytes:
    """The statement of rows, newest first, as a PDF document."""
    words = language.statement
    paper = _Paper(words["page"])
    paper.set_title(words["title"])
    paper.set_lang(language.tag)
    paper.set_creation_date(now)
    paper.set_draw_color(_LINE_GREY)
    paper.set_fill_color(_HEAD_GREY)
    paper.add_page()
    paper.heading(words["title"], 18, _TITLE_MM)
    if not rows:
        paper.set_font(_FONT, size=10)
        paper.cell(0, _ROW_MM, words["empty"])
        return bytes(paper.output())
    paper.set_font(_FONT, size=10)
    first, last = rows[-1], rows[0]
    span = words["span"].format(first=_day(first, language), last=_day(last, language))
    paper.cell(0, _ROW_MM, span, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.ln(3)
    _write_sums(paper, rows, language)
    _write_sessions(paper, rows, language)
    return bytes(paper.output())


def _write_sums(paper: _Paper, rows: Sequence[DownloadRow], language: Language) -> None:
    words, sums, aligned = language.statement, sums_of(rows), ("L", "R", "R", "R", "R")
    heads = [words[name] for name in ("month", "sessions", "rejected", "energy", "cost")]
    paper.line_of(heads, _SUM_WIDTHS, aligned, is_head=True)
    for month, total in sums.months.items():
        paper.line_of(_sum_cells(formats.month(month, language), total, language), _SUM_WIDTHS, aligned, is_head=False)
    paper.line_of(_sum_cells(words["total"], sums.whole, language), _SUM_WIDTHS, aligned, is_head=True)
    if sums.whole.uncosted_wh:
        paper.set_font(_FONT, size=8)
        note = words["uncosted"].format(energy=_kwh(sums.whole.uncosted_wh, language))
        paper.cell(0, _ROW_MM, note, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    if sums.whole.rejections:
        paper.ln(3)
        paper.heading(words["rejections"], 11, _HEAD_MM)
        for title, count in sums.whole.rejections.most_common():
            paper.line_of([title, str(count)], (110, 20), ("L", "R"), is_head=False)
    paper.ln(5)


def _write_sessions(paper: _Paper, rows: Sequence[DownloadRow], language: Language) -> None:
    words = language.statement
    heads = [words[name] for name in ("reference", "at", "location", "charger", "kind", "energy", "cost", "outcome")]
    paper.line_of(heads, _WIDTHS, _ALIGNED, is_head=True)
    for row in rows:
        if paper.will_page_break(_ROW_MM):
            paper.add_page()
            paper.line_of(heads, _WIDTHS, _ALIGNED, is_head=True)
        paper.line_of(_cells(row, language), _WIDTHS, _ALIGNED, is_head=False)


def _cells(row: DownloadRow, language: Language) -> list[str]:
    view, session = row.view, row.view.session
    outcome = view.rejection.headline if view.rejection else language.statement[session.status.value]
    if view.rejection is None and view.shortfall is not None:
        outcome = view.shortfall.title
    return [
        session.reference,
        formats.day_and_time(_local(row), language),
        row.location,
        row.charger,
        language.statement[session.kind.value],
        _kwh(session.energy_wh, language),
        _money(view.cost, language),
        outcome,
    ]


def _sum_cells(name: str, total: Sum, language: Language) -> list[str]:
    costs = ", ".join(_money(cost, language) for cost in total.costs)
    return [name, str(total.sessions), str(total.sessions - total.charged), _kwh(total.energy_wh, language), costs]


def _local(row: DownloadRow) -> datetime:
    return row.view.session.at.astimezone(ZoneInfo(row.view.time_zone))


def _day(row: DownloadRow, language: Language) -> str:
    return formats.day(_local(row), language)


def _kwh(energy_wh: int, language: Language) -> str:
    kwh = Decimal(energy_wh).scaleb(-_WH_PER_KWH_DIGITS)
    return f"{formats.decimal(kwh, _WH_PER_KWH_DIGITS, language)} kWh" if energy_wh else "–"


def _money(money: Money | None, language: Language) -> str:
    return "–" if money is None else money_text(money, language)
