"""The inbox: what a person was told, in words, and what they have seen of it."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from homecharge.domain.accounts import Caller
from homecharge.domain.errors import Invalid, NotFound
from homecharge.domain.notifications import Notification
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.texts import Language
from homecharge.domain.texts.values import Reader
from homecharge.domain.wording import people_named
from homecharge.domain.wording_notifications import NotificationView, notification_text
from homecharge.ports.units import Db
from homecharge.storage.queries import notifications as queries
from homecharge.storage.queries.accounts import read_names
from homecharge.storage.queries.session_views import read_own_zones, read_recoveries, read_zones
from homecharge.storage.queries.sessions import TABLE, list_sessions


def list_inbox(
    db: Db, keyset: Keyset, *, only_unread: bool, caller: Caller, language: Language, now: datetime
) -> Page[NotificationView]:
    """The caller's notifications, newest first."""
    page = queries.list_inbox(db, caller.account_id, keyset, only_unread=only_unread)
    return Page(describe_notifications(db, page.items, language=language, now=now), page.next)


def get_notification(
    db: Db, notification_id: str, *, caller: Caller, language: Language, now: datetime
) -> NotificationView:
    """One of the caller's. Raises NotFound."""
    found = queries.find_notification(db, notification_id, account_id=caller.account_id)
    if found is None:
        raise NotFound
    return describe_notifications(db, [found], language=language, now=now)[0]


def read_up_to(db: Db, notification_id: str, *, caller: Caller, now: datetime) -> None:
    """The caller has seen this one and whatever is older. Raises Invalid for one that is not theirs."""
    found = queries.find_notification(db, notification_id, account_id=caller.account_id)
    if found is None:
        raise Invalid(errors={"up_to": ["You have no such notification."]})
    queries.mark_read(db, found, now=now)


def describe_notifications(
    db: Db, notifications: Sequence[Notification], *, language: Language, now: datetime
) -> list[NotificationView]:
    """Notifications in words, in the order given, in a handful of reads however many there are."""
    session_ids = {each.session_id for each in notifications if each.session_id is not None}
    sessions = {session.id: session for session in list_sessions(db, TABLE.c.id.in_(session_ids))}
    recoveries = read_recoveries(db, session_ids)
    people = read_names(db, set[str]().union(*map(people_named, sessions.values())))
    zones = read_zones(db, {each.location_id for each in notifications if each.location_id is not None})
    own_zones = read_own_zones(db, {each.account_id for each in notifications if each.location_id is None})

    def zone_of(each: Notification) -> ZoneInfo:
        """Of the home that it is about; what is about none tells its time as its reader's first home does."""
        zone = own_zones.get(each.account_id) if each.location_id is None else zones.get(each.location_id)
        return ZoneInfo(zone or "UTC")

    return [
        notification_text(
            each,
            Reader(language=language, zone=zone_of(each), now=now, people=people),
            session=sessions.get(each.session_id or ""),
            recovery=recoveries.get(each.session_id or "", (None, None))[1],
        )
        for each in notifications
    ]
