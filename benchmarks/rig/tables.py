"""What a benchmark found: a table with the ratio first, as text for a terminal and as Markdown for the README."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

NO_RATIO = "–"


@dataclass(frozen=True, slots=True)
class Table:
    """The first column names the row, the second is its ratio to the baseline of the same run."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        """For a terminal."""
        widths = [max(map(len, column)) for column in zip(self.columns, *self.rows, strict=True)]
        lines = [_aligned(row, widths, separator="  ") for row in (self.columns, *self.rows)]
        lines.insert(1, "-" * len(lines[0]))
        return "\n".join([self.title, *lines, *self.notes])

    def markdown(self) -> str:
        """For the README."""
        rule = ["---", *["---:"] * (len(self.columns) - 1)]
        body = ["| " + " | ".join(row) + " |" for row in (self.columns, rule, *self.rows)]
        notes = [f"\n{note}" for note in self.notes]
        return "\n".join([f"### {self.title}", "", *body, *notes])

    def as_json(self) -> dict[str, Any]:
        """For the pipe between a benchmark's process and `run.py`."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Self:
        """The other end of the pipe."""
        rows = [tuple(row) for row in document["rows"]]
        return cls(document["title"], tuple(document["columns"]), rows, tuple(document["notes"]))


def _aligned(row: Sequence[str], widths: Sequence[int], *, separator: str) -> str:
    first, *rest = (
        cell.ljust(width) if position == 0 else cell.rjust(width)
        for position, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return separator.join([first, *rest])


def times(ratio: float) -> str:
    """A ratio as it is read: `8.3×`, `0.62×`."""
    return f"{ratio:.1f}×" if ratio >= 2 else f"{ratio:.2f}×"


def count(number: float) -> str:
    """A figure with its thousands set apart."""
    return f"{number:,.0f}"
