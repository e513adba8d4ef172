"""The elements of an SVG document that every chart is made of."""

from dataclasses import dataclass
from xml.etree import ElementTree as ET

from homecharge.web.pictures.themes import PALETTES, Palette, Theme

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
SMALL, LETTER = 12, 6.6
"""The size of small writing, and how wide a letter of it is, in pixels."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A document, and the colours it is drawn in."""

    svg: ET.Element
    palette: Palette

    def add(self, tag: str, parent: ET.Element | None = None, /, **attributes: str | float) -> ET.Element:
        """An element; `stroke_width` is written `stroke-width`."""
        named = {name.rstrip("_").replace("_", "-"): str(value) for name, value in attributes.items()}
        return ET.SubElement(self.svg if parent is None else parent, tag, named)

    def write(self, words: str, x: float, y: float, **attributes: str | float) -> None:
        """A line of text."""
        plain: dict[str, str | float] = {"fill": self.palette.muted, "font_size": SMALL}
        self.add("text", x=x, y=y, **plain | attributes).text = words

    def text(self) -> str:
        """The document."""
        return ET.tostring(self.svg, encoding="unicode")


def drawing(name: str, *, title: str, description: str, width: int, height: int, theme: Theme) -> Drawing:
    """A document on its background, with what it is told by to those who cannot see it."""
    named = {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {width} {height}", "role": "img"}
    sized = {"width": str(width), "height": str(height), "font-family": FONT}
    svg = ET.Element("svg", named | sized | {"aria-labelledby": f"{name}-title {name}-description"})
    made = Drawing(svg, PALETTES[theme])
    made.add("title", id=f"{name}-title").text = title
    made.add("desc", id=f"{name}-description").text = description
    made.add("rect", width="100%", height="100%", fill=made.palette.background, rx=10)
    return made
