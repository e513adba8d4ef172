"""Tariffs in and out of the database: their versions, and the rates of dynamic ones."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Select, Table, delete, exists, insert, select, update

from homecharge.domain.pages import Keyset, Page
from homecharge.domain.rates import Rate
from homecharge.domain.tariff_specs import ALWAYS, Feed, Tariff, kept_spec, pricing_of
from homecharge.domain.tariffs import Applied, Dynamic, Pricing
from homecharge.domain.times import Interval
from homecharge.ports.units import Db
from homecharge.storage.models import Location, LocationTariff, Member, TariffRate, TariffVersion
from homecharge.storage.models import Tariff as TariffRow
from homecharge.storage.queries.pages import fetch_page

NEWEST = 1000
"""As many rates are shown with a dynamic tariff: three weeks of half hours."""
TARIFFS = cast("Table", TariffRow.__table__)
_T, _V, _R, _L = TARIFFS.c, TariffVersion, TariffRate, LocationTariff
_COPIED = ("id", "account_id", "name", "currency", "revision", "created_at", "updated_at")
_VERSION = (
    select(_V.spec)
    .where(_V.tariff_id == _T.id)
    .order_by(_V.valid_from.desc())
    .limit(1)
    .correlate(TARIFFS)
    .scalar_subquery()
)
_ROWS = select(TARIFFS, _VERSION.label("spec")).where(_T.deleted_at.is_(None))


def _tariff_of(row: Row[*tuple[Any, ...]], rates: Sequence[Rate] = ()) -> Tariff:
    feed = None
    if row.feed_url is not None:
        feed = Feed(url=row.feed_url, last_success_at=row.feed_ok_at, failures=row.feed_failures, error=row.feed_error)
    copied = {name: getattr(row, name) for name in _COPIED}
    return Tariff(pricing=pricing_of(row.kind, row.spec, rates), feed=feed, **copied)


def find_tariff(db: Db, tariff_id: str, *, for_update: bool = False) -> Tariff | None:
    """By id, whoever asks; `for_update` keeps others from changing it."""
    query = _ROWS.where(_T.id == tariff_id)
    row = db.execute(query.with_for_update(of=TARIFFS, key_share=True) if for_update else query).one_or_none()
    if row is None:
        return None
    return _tariff_of(row, _newest_rates(db, tariff_id) if row.kind == "dynamic" else ())


def list_tariffs(db: Db, keyset: Keyset, *, account_id: str) -> Page[Tariff]:
    """Those that an account made, oldest first."""

    def value_of(row: Row[*tuple[Any, ...]]) -> Tariff:
        return _tariff_of(row, _newest_rates(db, row.id) if row.kind == "dynamic" else ())

    rows = _ROWS.where(_T.account_id == account_id)
    return fetch_page(db, rows, keyset, value_of, at=_T.created_at, id=_T.id, oldest_first=True)


def is_seen_by(db: Db, tariff_id: str, account_id: str) -> bool:
    """Whether a home of this person pays by the tariff, or has done so."""
    seen = exists().where(
        _L.tariff_id == tariff_id,
        Member.location_id == _L.location_id,
        Member.account_id == account_id,
        Location.id == _L.location_id,
        Location.deleted_at.is_(None),
    )
    return bool(db.scalar(select(seen)))


def _newest_rates(db: Db, tariff_id: str) -> list[Rate]:
    query = _rates().where(_R.tariff_id == tariff_id).order_by(_R.valid_from.desc()).limit(NEWEST)
    return [_rate_of(row) for row in reversed(db.execute(query).all())]


def _rates() -> Select[*tuple[Any, ...]]:
    return select(_R.tariff_id, _R.valid_from, _R.valid_to, _R.per_kwh)


def _rate_of(row: Row[*tuple[Any, ...]]) -> Rate:
    return Rate(Interval(row.valid_from, row.valid_to), row.per_kwh)


def read_rates(db: Db, tariff_ids: Collection[str], window: Interval) -> dict[str, list[Rate]]:
    """The rates of dynamic tariffs that touch a window, in their order, by tariff."""
    touching = (_R.tariff_id.in_(tariff_ids), _R.valid_from < window.end, _R.valid_to > window.start)
    found: dict[str, list[Rate]] = defaultdict(list)
    for row in db.execute(_rates().where(*touching).order_by(_R.valid_from)):
        found[row.tariff_id].append(_rate_of(row))
    return found


def read_versions(db: Db, tariff_ids: Collection[str], window: Interval) -> dict[str, list[Applied]]:
    """What tariffs say and since when, in the order of `valid_from`; of dynamic ones the rates that touch a window."""
    rates = read_rates(db, tariff_ids, window)
    query = (
        select(_V.tariff_id, _T.kind, _V.valid_from, _V.spec)
        .join(TARIFFS, _T.id == _V.tariff_id)
        .where(_V.tariff_id.in_(tariff_ids))
        .order_by(_V.valid_from)
    )
    found: dict[str, list[Applied]] = defaultdict(list)
    for row in db.execute(query):
        pricing = pricing_of(row.kind, row.spec, rates.get(row.tariff_id, ()))
        found[row.tariff_id].append(Applied(row.valid_from, pricing))
    return found


def add_tariff(db: Db, tariff: Tariff) -> None:
    """Insert a new one with its first version, and its rates."""
    copied = {name: getattr(tariff, name) for name in _COPIED}
    feed = {"feed_url": tariff.feed_url, "feed_wake_at": tariff.created_at if tariff.feed else None}
    db.execute(insert(TARIFFS).values(**copied, **feed, kind=tariff.kind, feed_failures=0))
    db.execute(insert(_V).values(tariff_id=tariff.id, valid_from=ALWAYS, spec=kept_spec(tariff.pricing)))
    if isinstance(tariff.pricing, Dynamic):
        add_rates(db, tariff.id, tariff.pricing.rates)


def change_tariff(db: Db, tariff_id: str, changes: Mapping[str, Any], *, now: datetime) -> None:
    """Write what was edited, as a new revision."""
    changed = {**changes, "revision": _T.revision + 1, "updated_at": now}
    db.execute(update(TARIFFS).where(_T.id == tariff_id).values(changed))


def change_version(db: Db, tariff_id: str, pricing: Pricing, *, since: datetime | None) -> None:
    """Let a tariff say something else: from an instant on, or all along where nobody has ever paid by it."""
    if since is None:
        db.execute(delete(_V).where(_V.tariff_id == tariff_id))
    else:
        db.execute(delete(_V).where(_V.tariff_id == tariff_id, _V.valid_from >= since))
    db.execute(insert(_V).values(tariff_id=tariff_id, valid_from=since or ALWAYS, spec=kept_spec(pricing)))


def add_rates(db: Db, tariff_id: str, rates: Sequence[Rate]) -> None:
    """Insert rates that overlap none that are there."""
    rows = [
        {
            "tariff_id": tariff_id,
            "valid_from": rate.interval.start,
            "valid_to": rate.interval.end,
            "per_kwh": rate.per_kwh,
        }
        for rate in rates
    ]
    if rows:
        db.execute(insert(_R), rows)


def delete_rates(db: Db, tariff_id: str, rates: Collection[Rate]) -> None:
    """Take rates away, by their beginnings."""
    starts = [rate.interval.start for rate in rates]
    for place in range(0, len(starts), 500):
        chunk = starts[place : place + 500]
        db.execute(delete(_R).where(_R.tariff_id == tariff_id, _R.valid_from.in_(chunk)))


def list_made_by(db: Db, account_id: str, *, location_id: str) -> list[str]:
    """The tariffs of an account that a location pays by, has paid by or will."""
    here = select(_L.tariff_id).where(_L.location_id == location_id)
    return list(db.scalars(select(_T.id).where(_T.account_id == account_id, _T.id.in_(here)).order_by(_T.id)))


def hand_over(db: Db, tariff_ids: Collection[str], account_id: str, *, now: datetime) -> None:
    """Tariffs are somebody else's from now on."""
    db.execute(update(TARIFFS).where(_T.id.in_(tariff_ids)).values(account_id=account_id, updated_at=now))


def mark_tariff_deleted(db: Db, tariff_id: str, *, now: datetime) -> None:
    """Nobody finds it any more; History keeps what was paid by it."""
    gone = {"deleted_at": now, "updated_at": now, "feed_wake_at": None}
    db.execute(update(TARIFFS).where(_T.id == tariff_id).values(gone))


def has_been_used(db: Db, tariff_id: str) -> bool:
    """Whether any location pays by it, has done so or will."""
    return bool(db.scalar(select(exists().where(_L.tariff_id == tariff_id))))
