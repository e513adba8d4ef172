"""How somebody wants to be told: what by which channel, quiet hours, the devices of the app, webhooks."""

import base64
import dataclasses
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from homecharge.domain.accounts import Caller
from homecharge.domain.errors import Invalid, NotFound, Refused
from homecharge.domain.notification_preferences import Channel, EmailState, Preferences, PreferencesView, QuietHours
from homecharge.domain.notification_targets import Device, PersonalWebhook
from homecharge.domain.notifications import NoticeKind
from homecharge.domain.web_addresses import url_problem
from homecharge.ports.units import Db
from homecharge.services.places import is_time_zone
from homecharge.storage.queries import notification_settings as queries
from homecharge.storage.queries.accounts import list_confirmed
from homecharge.storage.types import new_id

WEBHOOKS_EACH, DEVICES_EACH = 5, 20
SECRET_PREFIX, SECRET_BYTES = "whsec_", 32


class TooManyWebhooks(Refused):
    """This person has as many as one may have."""

    code = "too_many_webhooks"
    title = "You have five webhooks already; remove one first"
    advice = "Offer to remove one."


def get_preferences(
    db: Db, *, channels: frozenset[Channel], caller: Caller, for_update: bool = False
) -> PreferencesView:
    """The caller's, where there are these channels."""
    if for_update:
        queries.lock_account(db, caller.account_id)
    is_confirmed = caller.account_id in list_confirmed(db, [caller.account_id])
    state = EmailState.CONFIRMED if is_confirmed else EmailState.UNCONFIRMED
    chosen = queries.read_preferences(db, [caller.account_id])[caller.account_id]
    return PreferencesView(chosen, state if Channel.EMAIL in channels else EmailState.UNAVAILABLE)


def put_preferences(
    db: Db,
    before: PreferencesView,
    *,
    kinds: Mapping[NoticeKind, Mapping[Channel, bool]],
    quiet_hours: QuietHours | None,
    caller: Caller,
    now: datetime,
) -> PreferencesView:
    """Replace preferences read with `for_update`; what is not named has its default again. Raises Invalid."""
    if quiet_hours is not None and not is_time_zone(quiet_hours.time_zone):
        raise Invalid(errors={"quiet_hours.time_zone": ["Not an IANA time zone such as Europe/London."]})
    revision = before.chosen.revision
    after = Preferences(chosen=kinds, quiet_hours=quiet_hours, revision=revision)
    if after == before.chosen:
        return before
    after = dataclasses.replace(after, revision=revision + 1)
    queries.write_preferences(db, caller.account_id, after, now=now)
    return dataclasses.replace(before, chosen=after)


def list_devices(db: Db, *, caller: Caller, now: datetime) -> Sequence[Device]:
    """The installations of the app that take the caller's pushes: those on which they are signed in."""
    return queries.list_devices(db, [caller.account_id], now=now).get(caller.account_id, ())


def put_device(db: Db, device: Device, *, caller: Caller) -> Device:
    """Add or replace an installation of the app; of more than twenty the one that was put longest ago goes."""
    queries.lock_account(db, caller.account_id)
    queries.put_device(db, caller.account_id, device)
    queries.remove_oldest_devices(db, caller.account_id, keep=DEVICES_EACH)
    return device


def remove_device(db: Db, install_id: str, *, caller: Caller) -> None:
    """It takes no more pushes. Raises NotFound."""
    if not queries.remove_device(db, caller.account_id, install_id):
        raise NotFound


def add_webhook(db: Db, url: str, *, allow_private: bool, caller: Caller, now: datetime) -> PersonalWebhook:
    """A new one, with the secret that signs what goes there. Where there is no room, one that is switched off goes.

    Raises Invalid, or TooManyWebhooks.
    """
    if problem := url_problem(url, allow_private=allow_private):
        raise Invalid(errors={"url": [problem]})
    queries.lock_account(db, caller.account_id)
    theirs = queries.list_webhooks(db, [caller.account_id])
    if len(theirs) >= WEBHOOKS_EACH:
        switched_off = [webhook.id for webhook in theirs if webhook.disabled_at is not None]
        if not switched_off:
            raise TooManyWebhooks
        queries.remove_webhook(db, caller.account_id, switched_off[0])
    webhook = PersonalWebhook(
        id=new_id(),
        account_id=caller.account_id,
        url=url,
        secret=SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode(),
        failing_since=None,
        last_error=None,
        delivered_at=None,
        disabled_at=None,
        created_at=now,
    )
    queries.add_webhook(db, webhook)
    return webhook


def list_webhooks(db: Db, *, caller: Caller) -> list[PersonalWebhook]:
    """The caller's, oldest first."""
    return queries.list_webhooks(db, [caller.account_id])


def remove_webhook(db: Db, webhook_id: str, *, caller: Caller) -> None:
    """Nothing goes there any more. Raises NotFound."""
    if not queries.remove_webhook(db, caller.account_id, webhook_id):
        raise NotFound
