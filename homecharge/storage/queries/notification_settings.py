"""How people are to be told: preferences, devices, webhooks."""

import hashlib
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from homecharge.domain.notification_preferences import Preferences, preferences_from_json, preferences_json
from homecharge.domain.notification_targets import Device, PersonalWebhook
from homecharge.ports.units import Db
from homecharge.storage.models import Account, AppDevice, NotificationPreference, TokenFamily, Webhook
from homecharge.storage.queries.tokens import lasting


def read_preferences(db: Db, account_ids: Collection[str]) -> dict[str, Preferences]:
    """By account; who has chosen nothing has the defaults."""
    p = NotificationPreference
    rows = db.execute(select(p.account_id, p.chosen, p.revision).where(p.account_id.in_(account_ids)))
    chosen = {row.account_id: preferences_from_json(row.chosen, revision=row.revision) for row in rows}
    return {account_id: chosen.get(account_id, Preferences()) for account_id in account_ids}


def lock_account(db: Db, account_id: str) -> None:
    """Nobody else changes what this person has chosen until the unit ends."""
    db.execute(select(Account.id).where(Account.id == account_id).with_for_update()).all()


def keep_account(db: Db, account_id: str) -> None:
    """Nobody resets its password or erases it until the unit ends; others may keep it, too."""
    db.execute(select(Account.id).where(Account.id == account_id).with_for_update(read=True, key_share=True)).all()


def write_preferences(db: Db, account_id: str, preferences: Preferences, *, now: datetime) -> None:
    """Replace them; the account is locked."""
    p = NotificationPreference
    values = {"chosen": preferences_json(preferences), "revision": preferences.revision, "updated_at": now}
    if not db.execute(update(p).where(p.account_id == account_id).values(values)).rowcount:
        db.execute(insert(p).values(account_id=account_id, **values))


def put_device(db: Db, account_id: str, device: Device) -> None:
    """Add or replace one; a token that another person or installation had is theirs no more."""
    d = AppDevice
    sha256 = _hash(device.push_token)
    mine = (d.account_id == account_id) & (d.install_id == device.install_id)
    db.execute(delete(d).where((d.push_token_sha256 == sha256) | mine))
    values = {"platform": device.platform, "app_version": device.app_version, "locale": device.locale}
    db.execute(
        insert(d).values(
            account_id=account_id,
            install_id=device.install_id,
            push_token=device.push_token,
            push_token_sha256=sha256,
            updated_at=device.put_at,
            family_id=device.login_id,
            **values,
        )
    )


def remove_device(db: Db, account_id: str, install_id: str) -> bool:
    """False where there was none."""
    d = AppDevice
    return db.execute(delete(d).where(d.account_id == account_id, d.install_id == install_id)).rowcount == 1


def remove_devices_with(db: Db, account_id: str, push_tokens: Collection[str]) -> None:
    """Those of a person that still have these tokens; one that has another by now stays."""
    if push_tokens:
        d = AppDevice
        has_one = d.push_token_sha256.in_([_hash(token) for token in push_tokens])
        db.execute(delete(d).where(d.account_id == account_id, has_one))


def _hash(push_token: str) -> str:
    return hashlib.sha256(push_token.encode()).hexdigest()


def remove_oldest_devices(db: Db, account_id: str, *, keep: int) -> None:
    """All but those that were put last."""
    d = AppDevice
    mine = select(d.install_id).where(d.account_id == account_id)
    old = list(db.scalars(mine.order_by(d.updated_at.desc(), d.install_id).offset(keep)))
    if old:
        db.execute(delete(d).where(d.account_id == account_id, d.install_id.in_(old)))


def list_devices(db: Db, account_ids: Collection[str], *, now: datetime) -> dict[str, list[Device]]:
    """Those that take people's pushes, by account; of whom there are none is not there."""
    d = AppDevice
    found: dict[str, list[Device]] = defaultdict(list)
    is_signed_in = d.family_id.is_(None) | d.family_id.in_(select(TokenFamily.id).where(*lasting(now=now)))
    query = select(d).where(d.account_id.in_(account_ids), is_signed_in)
    for row in db.execute(query.order_by(d.install_id)):
        device = Device(
            install_id=row.install_id,
            platform=row.platform,
            push_token=row.push_token,
            app_version=row.app_version,
            locale=row.locale,
            login_id=row.family_id,
            put_at=row.updated_at,
        )
        found[row.account_id].append(device)
    return dict(found)


_W = Webhook
_WEBHOOK = select(
    _W.id,
    _W.account_id,
    _W.url,
    _W.secret,
    _W.failing_since,
    _W.last_error,
    _W.delivered_at,
    _W.disabled_at,
    _W.created_at,
).order_by(_W.id)


def list_webhooks(db: Db, account_ids: Collection[str]) -> list[PersonalWebhook]:
    """Those of people, disabled ones too, oldest first."""
    return [PersonalWebhook(**row._mapping) for row in db.execute(_WEBHOOK.where(_W.account_id.in_(account_ids)))]  # noqa: SLF001 - as above


def find_webhooks(db: Db, webhook_ids: Collection[str]) -> dict[str, PersonalWebhook]:
    """By id."""
    return {row.id: PersonalWebhook(**row._mapping) for row in db.execute(_WEBHOOK.where(_W.id.in_(webhook_ids)))}  # noqa: SLF001 - as above


def lock_webhooks(db: Db, webhook_ids: Collection[str]) -> None:
    """Nobody else changes them, or what is on its way there, until the unit ends (`services.delivering`)."""
    if webhook_ids:
        db.execute(select(_W.id).where(_W.id.in_(webhook_ids)).order_by(_W.id).with_for_update()).all()


def add_webhook(db: Db, webhook: PersonalWebhook) -> None:
    """Insert one."""
    db.execute(
        insert(_W).values(
            id=webhook.id,
            account_id=webhook.account_id,
            url=webhook.url,
            secret=webhook.secret,
            created_at=webhook.created_at,
        )
    )


def remove_webhook(db: Db, account_id: str, webhook_id: str) -> bool:
    """With what was on its way there; False where the person has none of that id."""
    return db.execute(delete(_W).where(_W.id == webhook_id, _W.account_id == account_id)).rowcount == 1


def mark_webhook_works(db: Db, webhook_id: str, *, now: datetime) -> None:
    """Something got through."""
    works = {"delivered_at": now, "failing_since": None, "last_error": None}
    db.execute(update(_W).where(_W.id == webhook_id).values(works))


def mark_webhook_fails(db: Db, webhook_id: str, error: str, *, now: datetime) -> datetime | None:
    """Something did not get through; since when it has been like that. None if it is disabled already, or gone."""
    failing = (
        update(_W)
        .where(_W.id == webhook_id, _W.disabled_at.is_(None))
        .values(failing_since=func.coalesce(_W.failing_since, now), last_error=error)
        .returning(_W.failing_since)
    )
    return db.scalar(failing)


def disable_webhooks(db: Db, webhook_ids: Collection[str], *, now: datetime) -> None:
    """Nothing goes there any more."""
    db.execute(update(_W).where(_W.id.in_(webhook_ids)).values(disabled_at=now))
