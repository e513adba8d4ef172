"""SIGTERM: no new claims, from the first moment on (design.md §8)."""

import asyncio

from homecharge.bootstrap import EVERY_ROLE
from homecharge.domain.session_state import Status
from homecharge.roles import Patience
from tests.engine.house import open_house
from tests.processes.process import free_port

HALF_A_REQUEST = b"POST /v1/auth/login HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n"


async def test_nothing_is_claimed_while_a_slow_request_is_waited_for(database_url: str) -> None:
    port = free_port()
    opened = open_house(database_url, roles=EVERY_ROLE, http_port=port)
    house = await opened.__aenter__()
    async with house.charge_point() as cp:
        await cp.plug_in()
        _, phone = await asyncio.open_connection("127.0.0.1", port)
        phone.write(HALF_A_REQUEST)
        await asyncio.sleep(0.2)

        draining = asyncio.create_task(opened.__aexit__(None, None, None))
        await asyncio.sleep(0.2)
        boost = house.boost()
        await asyncio.sleep(5 * house.container.settings.tick_s)
        present = house.session(boost.id)
        is_waiting = not draining.done()
        phone.close()
        await draining

    assert is_waiting
    assert present.status is Status.PLANNED
    assert not cp.received("RemoteStartTransaction")


def test_all_stages_of_a_drain_share_ten_seconds_and_each_has_one() -> None:
    now = 100.0
    patience = Patience(lambda: now)

    first = patience.left_s()
    now += 7
    second = patience.left_s()
    now += 7

    assert (first, second, patience.left_s()) == (10, 3, 1)
