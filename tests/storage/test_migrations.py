"""Migrations carry over what is there already."""

from sqlalchemy import insert, select, update

from homecharge.domain.notifications import Notice, NoticeKind, Urgency
from homecharge.storage import schema
from homecharge.storage.database import Database
from homecharge.storage.models import AppDevice, Location, NotificationRow, ReimbursedCard, RoamingToken
from homecharge.storage.queries.notification_settings import put_device
from homecharge.storage.queries.notifications import add_notifications
from homecharge.storage.types import new_id
from tests.homes import NOW, log_in, make_charger, make_home, phone_of, sign_up

BY_TOKEN = {"type": "token", "contract_keys": ["C1", "C2"], "uid_keys": ["04A1"], "organisation_unit": None}
BY_UNIT = {"type": "organisation_unit", "contract_keys": [], "uid_keys": [], "organisation_unit": "FLEET"}


def test_tokens_from_before_are_found_by_their_organisation_as_it_is_compared(empty_database_url: str):
    units = {"04A1": " Städtische Werke", "04A2": "STÄDTISCHE WERKE", "04A3": "Straße", "04A4": None}
    said = {"type": "RFID", "is_valid": True, "whitelist": "NEVER", "revision": 1, "created_at": NOW, "updated_at": NOW}
    database = Database(empty_database_url)
    schema.upgrade(database.engine, "0015")
    with database.write() as db:
        for uid, unit in units.items():
            card = {"id": new_id(), "uid": uid, "uid_key": uid, "organisation_unit": unit}
            db.execute(insert(RoamingToken).values(card | said))

    schema.upgrade(database.engine)

    with database.read() as db:
        keys = dict(db.execute(select(RoamingToken.uid, RoamingToken.organisation_key)).all())
    database.close()
    assert keys == {"04A1": "STÄDTISCHE WERKE", "04A2": "STÄDTISCHE WERKE", "04A3": "STRASSE", "04A4": None}


def test_cards_that_places_pay_back_already_are_found(empty_database_url: str):
    database = Database(empty_database_url)
    schema.upgrade(database.engine)
    with database.write() as db:
        ada = sign_up(db)
        for linked in (BY_TOKEN, BY_UNIT, None):
            home = make_home(db, ada)
            db.execute(update(Location).where(Location.id == home.id).values(reimbursement=linked))

    schema.downgrade(database.engine, "0016")
    schema.upgrade(database.engine)

    with database.read() as db:
        found = set(db.execute(select(ReimbursedCard.linked_by, ReimbursedCard.key)).all())
    database.close()
    assert found == {("contract", "C1"), ("contract", "C2"), ("uid", "04A1"), ("organisation", "FLEET")}


def test_contracts_from_before_are_compared_without_their_check_digit(empty_database_url: str):
    contracts = {"04A1": "de-83d-uien83qgz-d", "04A2": "DE*83D*UIEN83QGZ", "04A3": "DE-83D-UIEN83QGZ-M", "04A4": None}
    said = {"type": "RFID", "is_valid": True, "whitelist": "NEVER", "revision": 1, "created_at": NOW, "updated_at": NOW}
    given = {"type": "token", "contract_ids": ["DE-83D-UIEN83QGZ-D", "DE-83D-UIEN83QGZ", "C1"]}
    access = {"type": "token", "contract_keys": [], "uid_keys": ["04A1"], "organisation_unit": None, "given": given}
    database = Database(empty_database_url)
    schema.upgrade(database.engine)
    with database.write() as db:
        home = make_home(db, sign_up(db))
        db.execute(update(Location).values(reimbursement=access))
        db.execute(insert(ReimbursedCard).values(location_id=home.id, linked_by="uid", key="04A1"))
        for uid, contract in contracts.items():
            db.execute(
                insert(RoamingToken).values(
                    {"id": new_id(), "uid": uid, "uid_key": uid, "contract_id": contract} | said
                )
            )

    schema.downgrade(database.engine, "0025")
    before = contract_keys(database)
    schema.upgrade(database.engine)
    after = contract_keys(database)
    database.close()

    spelled = ["DE83DUIEN83QGZ", "DE83DUIEN83QGZD"]
    assert before == (["DE83DUIEN83QGZD", "DE83DUIEN83QGZ", "DE83DUIEN83QGZM", None], ["C1", *spelled])
    assert after == (["DE83DUIEN83QGZ", "DE83DUIEN83QGZ", "DE83DUIEN83QGZM", None], ["C1", "DE83DUIEN83QGZ"])


def contract_keys(database: Database) -> tuple[list[str | None], list[str]]:
    """Of tokens, and of what the one location pays back, where both tables agree on that."""
    with database.read() as db:
        of_tokens = list(db.scalars(select(RoamingToken.contract_key).order_by(RoamingToken.uid)))
        stored = db.scalars(select(Location.reimbursement)).one()
        linked = select(ReimbursedCard.key).where(ReimbursedCard.linked_by == "contract").order_by(ReimbursedCard.key)
        assert stored is not None
        assert stored["contract_keys"] == list(db.scalars(linked))
        return of_tokens, stored["contract_keys"]


def test_notifications_from_before_are_given_the_name_that_their_charger_has(empty_database_url: str):
    database = Database(empty_database_url)
    schema.upgrade(database.engine)
    with database.write() as db:
        ada = log_in(db, sign_up(db))
        charger = make_charger(db, ada, make_home(db, ada))
        notices = [notice("with", charger_id=charger.id, charger_name="another name"), notice("without")]
        add_notifications(db, [(ada.account_id, each) for each in notices])
        put_device(db, ada.account_id, phone_of(ada))

    schema.downgrade(database.engine, "0026")
    schema.upgrade(database.engine)

    with database.read() as db:
        names = dict(db.execute(select(NotificationRow.about, NotificationRow.charger_name)).all())
        assert list(db.execute(select(AppDevice.push_token, AppDevice.family_id)).all()) == [("token", None)]
    database.close()
    assert names == {"with": "Drive", "without": None}


def notice(about: str, **of: str) -> Notice:
    return Notice(
        kind=NoticeKind.STARTED,
        about=about,
        at=NOW,
        expires_at=NOW,
        collapse_key=about,
        urgency=Urgency.LOW,
        **of,
    )
