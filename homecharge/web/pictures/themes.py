"""The colours of a picture, on light and on dark."""

from dataclasses import dataclass
from enum import StrEnum


class Theme(StrEnum):
    """What the picture stands on."""

    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Palette:
    """A colour for each thing that is drawn."""

    background: str
    ink: str
    muted: str
    grid: str
    price: str
    price_area: str
    charging: str
    charging_area: str
    blocked: str


PALETTES = {
    Theme.LIGHT: Palette(
        background="#ffffff",
        ink="#16202a",
        muted="#5b6875",
        grid="#e3e8ed",
        price="#4c6478",
        price_area="#e6edf3",
        charging="#0f8a5f",
        charging_area="#35c28f",
        blocked="#b9c2cb",
    ),
    Theme.DARK: Palette(
        background="#12181f",
        ink="#eef3f7",
        muted="#9aa8b5",
        grid="#26313b",
        price="#8fa9bf",
        price_area="#22303c",
        charging="#3ddc9b",
        charging_area="#1f9d6d",
        blocked="#46535f",
    ),
}
