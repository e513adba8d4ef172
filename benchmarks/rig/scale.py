"""How large an experiment is: as published, quick for a developer, or just enough to show that it runs."""

from enum import StrEnum


class Scale(StrEnum):
    """`full` is what the README keeps."""

    FULL = "full"
    QUICK = "quick"
    SMOKE = "smoke"

    def pick(self, full: int, quick: int, smoke: int) -> int:
        """A size of the experiment."""
        return {Scale.FULL: full, Scale.QUICK: quick, Scale.SMOKE: smoke}[self]
