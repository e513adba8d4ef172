"""One card at two chargers of two gateways, on one PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from homecharge.storage.database import Database
from homecharge.storage.queries.card_locks import ShownCard, lock_for_messages
from tests.cards import add_card, add_open_transaction, add_provider, take
from tests.engine.house import House, open_house
from tests.locks import somebody_waits

UID = "04A1B2C3D4"


@pytest.fixture
async def house(postgresql_url: str) -> AsyncIterator[House]:
    async with open_house(postgresql_url) as opened:
        yield opened


@pytest.fixture
def elsewhere(postgresql_url: str) -> Iterator[Database]:
    database = Database(postgresql_url)
    yield database
    database.close()


async def test_a_card_that_starts_at_two_chargers_at_once_charges_at_one(house: House, elsewhere: Database) -> None:
    other = house.add_charger("CP2").id
    with house.container.database.write() as db:
        add_card(db, UID, add_provider(db))
        take(db, house.home.id, guest=True)
    at = house.now()
    message = {"connectorId": 1, "idTag": UID.lower(), "meterStart": 0, "timestamp": at.isoformat()}
    async with house.charge_point() as cp:
        with elsewhere.write() as db:
            lock_for_messages(db, [other], [ShownCard(other, UID, at)])
            add_open_transaction(db, other, UID, at=at)
            start = asyncio.create_task(cp.call("StartTransaction", message))
            await house.until_true(lambda: start.done() or somebody_waits(elsewhere))
        answer = await start

    assert answer["idTagInfo"]["status"] == "ConcurrentTx"
