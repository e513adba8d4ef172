"""Prices that lie in memory, for tests and demonstrations."""

from homecharge.ports.tariff_feed import FeedUnavailable


class MemoryTariffFeed:
    """Implements `ports.tariff_feed.TariffFeed` with texts by their URL."""

    def __init__(self, texts: dict[str, str] | None = None) -> None:
        self.texts = {} if texts is None else texts

    async def fetch(self, url: str) -> str:
        """The text, unavailable where there is none."""
        if url not in self.texts:
            raise FeedUnavailable("status 404")
        return self.texts[url]
