"""Who wants to be told of what, how, and when not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from homecharge.domain.notifications import NoticeKind, Urgency
from homecharge.domain.revisions import digest_of
from homecharge.domain.times import WallWindow, local_date


class Channel(StrEnum):
    """How somebody is told, besides the inbox."""

    PUSH = "push"
    EMAIL = "email"
    WEBHOOK = "webhook"


_KINDS, _WAYS = frozenset(NoticeKind), frozenset(Channel)
DISTURBING = frozenset({Channel.PUSH, Channel.EMAIL})
"""What quiet hours hold back; a webhook wakes nobody."""
_BY_MAIL = frozenset(
    {NoticeKind.REJECTED, NoticeKind.ENDED_SHORT, NoticeKind.WILL_NOT_START, NoticeKind.CHARGER_OFFLINE}
) | {NoticeKind.WEBHOOK_DISABLED}


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A time of each day on some zone's wall clock."""

    start: time
    end: time
    time_zone: str

    def end_of(self, at: datetime) -> datetime | None:
        """The end of the quiet hours that an instant lies in; None outside of them."""
        zone = ZoneInfo(self.time_zone)
        today = local_date(at, zone)
        for day in (today - timedelta(days=1), today):
            window = WallWindow(self.start, self.end).on(day, zone)
            if window.start <= at < window.end:
                return window.end
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What differs from the defaults, kind by kind and channel by channel."""

    chosen: Mapping[NoticeKind, Mapping[Channel, bool]] = field(default_factory=dict)
    quiet_hours: QuietHours | None = None
    revision: int = 0

    def wants(self, kind: NoticeKind, channel: Channel) -> bool:
        """Everything by push and webhook, and by mail what needs something done, unless chosen otherwise."""
        default = channel is not Channel.EMAIL or kind in _BY_MAIL
        return self.chosen.get(kind, {}).get(channel, default)

    @property
    def kinds(self) -> dict[str, dict[str, bool]]:
        """All of it, defaults included, in the contract's shape."""
        return {kind.value: {channel.value: self.wants(kind, channel) for channel in Channel} for kind in NoticeKind}

    def due_at(self, channel: Channel, urgency: Urgency, *, now: datetime) -> datetime:
        """When somebody may be told by a channel."""
        if self.quiet_hours is None or urgency is Urgency.HIGH or channel not in DISTURBING:
            return now
        return self.quiet_hours.end_of(now) or now


class EmailState(StrEnum):
    """Whether notifications can be mailed to somebody, or why not; the values are public contract."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class PreferencesView:
    """What somebody has chosen, and whether mail can reach them at all."""

    chosen: Preferences
    email_state: EmailState

    @property
    def kinds(self) -> dict[str, dict[str, bool]]:
        """As `Preferences.kinds`."""
        return self.chosen.kinds

    @property
    def quiet_hours(self) -> QuietHours | None:
        """As chosen."""
        return self.chosen.quiet_hours

    @property
    def revision(self) -> int:
        """Of all that is shown: an address is confirmed without a choice."""
        return digest_of((self.chosen.revision, self.email_state.value))


def preferences_json(preferences: Preferences) -> dict[str, Any]:
    """Preferences as they are stored."""
    quiet = preferences.quiet_hours
    return {
        "kinds": {kind: dict(channels) for kind, channels in preferences.chosen.items()},
        "quiet_hours": None if quiet is None else [quiet.start.isoformat(), quiet.end.isoformat(), quiet.time_zone],
    }


def preferences_from_json(stored: Mapping[str, Any], *, revision: int) -> Preferences:
    """The domain value of stored preferences; what only a newer release knows of is left out."""
    quiet = stored["quiet_hours"]
    return Preferences(
        chosen={
            NoticeKind(kind): {
                Channel(channel): bool(wanted) for channel, wanted in channels.items() if channel in _WAYS
            }
            for kind, channels in stored["kinds"].items()
            if kind in _KINDS
        },
        quiet_hours=quiet and QuietHours(time.fromisoformat(quiet[0]), time.fromisoformat(quiet[1]), quiet[2]),
        revision=revision,
    )
