"""One line for every session that is over, as it happens, and what the driver is told by itself."""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from homecharge.simulator.demo.api import NO_ANSWER, OVER, Api, Resource
from homecharge.simulator.demo.notices import Notices, Way
from homecharge.simulator.demo.stream import events

HEADING = "time      reference  kind     charger    outcome"
ENDINGS: Mapping[str, str] = MappingProxyType(
    {
        "limit_energy": "as much as asked for",
        "limit_duration": "as long as asked for",
        "window_end": "until its end time",
        "driver": "stopped by the driver",
        "stopped_at_charger": "stopped at the charger",
    }
)
"""What a reason to stop reads like; the others are words already."""


class Bulletin:
    """Writes what ends from `begin` on; `chargers` are their names by id. It hears of that as an app does."""

    def __init__(
        self,
        api: Api,
        chargers: Mapping[str, str],
        notices: Notices,
        *,
        since: datetime,
        write: Callable[[str], None],
    ) -> None:
        self._api = api
        self._chargers = chargers
        self._notices = notices
        self._since = since
        self._write = write
        self._past: set[str] = set()
        self._told: dict[str, Resource] = {}

    async def follow(self) -> None:
        """Until cancelled."""
        async for event in events(self._api):
            match event.event:
                case "session.changed":
                    self._take([event.json()["data"]])
                case "notification":
                    self._notices.take(event.json()["data"], Way.EVENT)
                case "ready" | "reset":
                    await self.tell()

    async def begin(self) -> None:
        """Keep quiet about what is over already."""
        self._past = {session["id"] for session in await self._changed()}

    async def tell(self) -> None:
        """Write what has ended and was not told; without an answer the next look does."""
        with contextlib.suppress(*NO_ANSWER):
            self._take(await self._changed())

    async def _changed(self) -> list[Resource]:
        since = f"{self._since:%Y-%m-%dT%H:%M:%SZ}"
        return await self._api.list_all("/v1/sessions", status=",".join(sorted(OVER)), updated_since=since)

    def _take(self, changed: Iterable[Resource]) -> None:
        own = {session["id"]: session for session in changed if self._is_news(session)}
        new = [session for key, session in own.items() if key not in self._told]
        self._told |= own
        for session in sorted(new, key=lambda session: (session["ended_at"], session["id"])):
            self._write(self._line(session))

    def _is_news(self, session: Resource) -> bool:
        is_over = session["status"] in OVER and session["id"] not in self._past
        return is_over and datetime.fromisoformat(session["ended_at"]) >= self._since

    def count(self) -> str:
        """What there was, in a sentence."""
        return summary(self._told.values())

    def recovered(self) -> str | None:
        """The reference of a try that was rejected and recovered, rather of a schedule than of a Boost."""
        found = [session for session in self._told.values() if session["recovered_by_session_id"]]
        found.sort(key=lambda session: session["schedule_id"] is None)
        return found[0]["reference"] if found else None

    def _line(self, session: Resource) -> str:
        at = datetime.fromisoformat(session["ended_at"]).astimezone(ZoneInfo(session["time_zone"]))
        charger = self._chargers.get(session["charger_id"], "")
        past = self._told.get(session["recovers_session_id"])
        after = f" - recovers {past['reference']}" if past else ""
        said = f"{session['status']:<9}  {_words(session)}{after}"
        return f"{at:%H:%M:%S}  {session['reference']}  {session['kind']:<7}  {charger:<9}  {said}"


def summary(sessions: Iterable[Resource]) -> str:
    """How many charges completed, were rejected and for how many reasons, and were recovered."""
    told = list(sessions)
    statuses = Counter(session["status"] for session in told)
    reasons = {session["rejection"]["code"] for session in told if session["rejection"]}
    recoveries = sum(1 for session in told if session["recovers_session_id"] and session["status"] == "completed")
    return (
        f"{statuses['completed']} charges completed, {statuses['rejected']} were rejected for {len(reasons)} different "
        f"reasons, {recoveries} of the completed ones recover a rejected one."
    )


def _words(session: Resource) -> str:
    if rejection := session["rejection"]:
        return str(rejection["headline"]).removeprefix("Rejected: ")
    reason = session["stop_reason"]
    ended = f"short: {session['shortfall']['title'].lower()}" if session["shortfall"] else ENDINGS.get(reason, reason)
    cost = session["cost"]
    paid = f" for {cost['amount']} {cost['currency']}" if cost else ""
    return f"{session['energy_wh'] / 1000:.1f} kWh{paid}, {ended}"
