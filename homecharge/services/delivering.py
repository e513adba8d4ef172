"""Deliveries: what is due, in the words and the form that it goes out in, and what came of it.

A webhook is written before what is on its way there, by everybody, so that units wait instead of meeting head-on:
whoever takes it away, or switches it off, reaches for all of its deliveries. Its owner's account comes before both:
whoever resets a password or erases a person begins with that, and whoever is told something refers to it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from homecharge.domain.deliveries import KEPT_UP, again_at, is_given_up
from homecharge.domain.notification_preferences import Channel
from homecharge.domain.notification_targets import gone_tokens
from homecharge.domain.notifications import Notification, Urgency
from homecharge.ports.notifier import Hook, Mail
from homecharge.ports.units import Db
from homecharge.services.disabling_webhooks import disable_failing
from homecharge.services.notifications import describe_notifications
from homecharge.services.outgoing import Addressees, Way, Ways, compose, read_addressees
from homecharge.storage.queries import deliveries as queries
from homecharge.storage.queries import notification_settings as settings
from homecharge.storage.queries.deliveries import DueDelivery
from homecharge.storage.queries.notifications import get_notifications
from homecharge.storage.queries.telling import read_members

LEASE = timedelta(seconds=60)
"""Longer than anybody may take to take one."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A delivery and what is to be sent; `until` is when it is too late for another try."""

    due: DueDelivery
    message: Hook | Mail
    urgency: Urgency
    until: datetime


@dataclass(frozen=True, slots=True)
class Prepared:
    """What became of claimed deliveries: some are to be sent, the others are over, each in a state of its own."""

    ready: Sequence[Ready]
    over: Sequence[tuple[DueDelivery, str]]


@dataclass(frozen=True, slots=True)
class _Going:
    due: DueDelivery
    notification: Notification
    way: Way
    until: datetime


def claim(db: Db, *, now: datetime) -> list[DueDelivery]:
    """Take what is due, at most a batch."""
    return queries.claim_deliveries(db, lease=LEASE, now=now)


def prepare(db: Db, claimed: Sequence[DueDelivery], ways: Ways, *, now: datetime) -> Prepared:
    """Put what was claimed into words; only reads, a constant number of times for each language.

    Whoever has left a home is told no more of it, also of what waited for the end of quiet hours or another try.
    """
    known = get_notifications(db, {due.notification_id for due in claimed})
    members = read_members(db, {each.location_id for each in known.values() if each.location_id is not None})
    addressees = read_addressees(db, claimed, ways, now=now)
    going, over = [], []
    for due in claimed:
        notification, way = known.get(due.notification_id), addressees.way_of(due)
        if notification is None:  # forgotten since it was claimed, and the delivery with it
            continue
        until = _kept_up(due) if due.channel is Channel.WEBHOOK else notification.expires_at
        at_home = notification.location_id
        if until <= now:
            over.append((due, "expired"))
        elif way is None or (at_home is not None and due.account_id not in members.get(at_home, {})):
            over.append((due, "nowhere"))
        else:
            going.append(_Going(due, notification, way, until))
    return Prepared(_worded(db, going, addressees, ways, now=now), over)


def _worded(db: Db, going: Sequence[_Going], addressees: Addressees, ways: Ways, *, now: datetime) -> list[Ready]:
    languages = {each.due.id: addressees.language_of(each.due, ways.languages) for each in going}
    spoken = defaultdict(list)
    for each in going:
        spoken[languages[each.due.id].tag].append(each.notification)
    views = {
        view.id: view
        for tag, notifications in spoken.items()
        for view in describe_notifications(db, notifications, language=ways.languages.find(tag), now=now)
    }
    return [
        Ready(
            each.due,
            compose(each.due, each.way, views[each.notification.id], languages[each.due.id], ways),
            each.notification.urgency,
            each.until,
        )
        for each in going
    ]


def end(db: Db, over: Sequence[tuple[DueDelivery, str]], *, now: datetime) -> None:
    """These are not to be sent any more."""
    settings.lock_webhooks(db, {due.webhook_id for due, _ in over if due.webhook_id is not None})
    for due, state in over:
        queries.end_delivery(db, due, state, now=now)


def delivered(db: Db, due: DueDelivery, answer: bytes, *, now: datetime) -> None:
    """It got through; the answer to a push may say of devices that they are there no more."""
    if due.webhook_id is not None:
        settings.mark_webhook_works(db, due.webhook_id, now=now)
    queries.end_delivery(db, due, "delivered", now=now)
    if due.channel is Channel.PUSH:
        settings.remove_devices_with(db, due.account_id, gone_tokens(answer))


def unprepared(db: Db, due: DueDelivery, *, now: datetime) -> None:
    """It could not be put into words, by this release at least: as if it had failed, but no webhook is to blame."""
    _try_again(db, due, Urgency.NORMAL, "could not be put into words", until=_kept_up(due), now=now)


def failed(db: Db, ready: Ready, reason: str, ways: Ways, *, is_final: bool, now: datetime) -> None:
    """It did not: it is tried again until it is too late, and a webhook that fails for long is switched off."""
    due, failing_since = ready.due, None
    if due.webhook_id is not None:
        settings.keep_account(db, due.account_id)
        failing_since = settings.mark_webhook_fails(db, due.webhook_id, reason, now=now)
    _try_again(db, due, ready.urgency, reason, until=now if is_final else ready.until, now=now)
    if due.webhook_id is not None and failing_since is not None and (is_final or is_given_up(failing_since, now=now)):
        disable_failing(
            db,
            due.webhook_id,
            ways.channels,
            account_id=due.account_id,
            failing_since=failing_since,
            now=now,
        )


def _try_again(db: Db, due: DueDelivery, urgency: Urgency, reason: str, *, until: datetime, now: datetime) -> None:
    """Another try wakes nobody either: one that falls into quiet hours waits for their end."""
    at = again_at(due.tries, until=until, now=now)
    if at is None:
        queries.end_delivery(db, due, "failed", error=reason, now=now)
    else:
        preferences = settings.read_preferences(db, [due.account_id])[due.account_id]
        queries.postpone_delivery(db, due, error=reason, again_at=preferences.due_at(due.channel, urgency, now=at))


def _kept_up(due: DueDelivery) -> datetime:
    return due.created_at + KEPT_UP
