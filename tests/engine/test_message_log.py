"""Every frame is in the message log, those of an outage too (chargers.md; design.md §6)."""

import asyncio

from sqlalchemy import select

from homecharge.engine.message_log import DELAY_S
from homecharge.storage.models import Message
from tests.engine.house import House, open_house
from tests.engine.shaky import ShakyContainer, database_of


async def test_the_frames_of_an_outage_are_logged_when_the_database_is_back(database_url: str) -> None:
    async with open_house(database_url, make=ShakyContainer) as house:
        database = database_of(house.container)
        async with house.charge_point() as cp:
            database.is_away = True
            await cp.plug_in()
            await cp.expect("StatusNotification", kind="CALLERROR")
            await asyncio.sleep(2 * DELAY_S)
            database.is_away = False

            await house.until_true(lambda: ("out", "error", "StatusNotification") in logged(house))
            refused = [frame for frame in logged(house) if frame[1] == "error"]

    assert refused == [("out", "error", "StatusNotification")]


def logged(house: House) -> list[tuple[str, str, str | None]]:
    """Direction, kind and action of each frame, oldest first."""
    with house.container.database.read() as db:
        rows = db.execute(select(Message.direction, Message.kind, Message.action).order_by(Message.id))
        return [(row.direction, row.kind, row.action) for row in rows]
