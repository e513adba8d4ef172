"""What comes of asking a feed of prices: they are taken over, or what is known stays and it is asked again later."""

from datetime import datetime

from homecharge.domain.errors import Invalid
from homecharge.domain.feeds import ask_again_at
from homecharge.domain.rate_files import RateFormat
from homecharge.ports.units import Db
from homecharge.services.tariffs import RatesPut, import_rates
from homecharge.storage.queries.feeds import DueFeed, settle_feed
from homecharge.storage.queries.tariffs import find_tariff


def take_prices(db: Db, due: DueFeed, text: str, *, now: datetime) -> RatesPut | None:
    """Take over all prices of an answer; None where it is another feed by now. Raises Invalid for an unreadable one."""
    if not settle_feed(db, due, failures=0, error=None, wake_at=ask_again_at(0, now=now), now=now):
        return None
    tariff = find_tariff(db, due.tariff_id, for_update=True)
    return None if tariff is None else import_rates(db, tariff, text, RateFormat.JSON, now=now)


def remember_failure(db: Db, due: DueFeed, error: str, *, now: datetime) -> None:
    """What is known stays, and it is asked again, later each time."""
    failures = due.failures + 1
    settle_feed(db, due, failures=failures, error=error[:200], wake_at=ask_again_at(failures, now=now), now=now)


def problem_text(refused: Invalid) -> str:
    """The first of its problems, in one line."""
    return next((f"{place}: {messages[0]}" for place, messages in refused.errors.items()), refused.detail)
