"""Where prices of a dynamic tariff come from by themselves."""

from typing import Protocol

from homecharge.domain.errors import Unavailable


class FeedUnavailable(Unavailable):
    """The source gave no prices; `reason` is one word or two for the log and for the tariff's owner."""

    code = "feed_unavailable"
    title = "The source of the prices gave none"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The source of the prices gave none: {reason}.")
        self.reason = reason


class TariffFeed(Protocol):
    """A source of prices in the JSON of UK suppliers (`domain.rate_files`)."""

    async def fetch(self, url: str) -> str:
        """The text behind a URL; within half a minute. Raises FeedUnavailable, and nothing else."""
        ...
