"""What the driver is told by itself of the charge at one charger, as it reaches them: by an event, and by a webhook."""

import textwrap
from collections.abc import Callable
from enum import StrEnum
from zoneinfo import ZoneInfo

from homecharge.observability.clock import SystemClock
from homecharge.simulator.demo.api import Resource
from homecharge.simulator.demo.homes import ZONE

KINDS = frozenset({"will_not_start", "rejected", "recovered"})
"""A warning, a rejection, a recovery; that charges begin and end is told by the lines of the sessions."""
INDENT, WIDTH = " " * 10, 120


class Way(StrEnum):
    """How somebody is told."""

    EVENT = "event"
    WEBHOOK = "webhook"


class Notices:
    """Writes each notification of a charger once for each way; it may come twice by each."""

    def __init__(self, charger_id: str, write: Callable[[str], None]) -> None:
        self._charger_id, self._write = charger_id, write
        self._told: set[tuple[str, Way]] = set()

    def take_hook(self, document: Resource) -> None:
        """What a webhook took: the notification is its `data`."""
        self.take(document["data"], Way.WEBHOOK)

    def take(self, notification: Resource, way: Way) -> None:
        """The words once, by whichever way is the quicker."""
        id_ = notification["id"]
        if notification["charger_id"] != self._charger_id or notification["kind"] not in KINDS:
            return
        if (id_, way) in self._told:
            return
        is_first = not any(told == id_ for told, _ in self._told)
        self._told.add((id_, way))
        at = SystemClock().now().astimezone(ZoneInfo(ZONE))
        line = f"{at:%H:%M:%S}  {way:<9}  {notification['title']}"
        self._write(line + (", signature checked" if way is Way.WEBHOOK else ""))
        if is_first:
            self._write(textwrap.fill(notification["body"], WIDTH, initial_indent=INDENT, subsequent_indent=INDENT))
