"""Who may open a line, and what happens to the one it replaces (chargers.md, "Connecting")."""

import asyncio

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.http11 import Response

from homecharge.gateway.limits import Timing
from homecharge.gateway.server import Gateway
from homecharge.ports.charger_events import Refusal
from homecharge.ports.charger_link import Outcome, RemoteStart, RemoteStop
from tests.fakes.charger_events import RecordingChargerEvents
from tests.gateway.charger import PASSWORD, Charger, Json, basic, dial
from tests.gateway.conftest import Connect, Start


async def _refused(gateway: Gateway, **attempt: Json) -> Response:
    with pytest.raises(InvalidStatus) as refusal:
        await dial(gateway.port, **attempt)
    return refusal.value.response


async def test_a_known_charger_with_its_password_is_let_in(
    gateway: Gateway, events: RecordingChargerEvents, connect: Connect
):
    charger = await connect(gateway)

    assert charger.socket.subprotocol == "ocpp1.6"
    assert await charger.is_served()
    assert gateway.is_connected("id-CP-1")
    assert [(line.charger_id, line.identity, line.protocol) for line in events.opened] == [
        ("id-CP-1", "CP-1", "ocpp1.6")
    ]


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({}, Refusal.PASSWORD_MISSING),
        (basic("CP-1", "wrong"), Refusal.WRONG_PASSWORD),
        (basic("CP-2", PASSWORD), Refusal.WRONG_PASSWORD),
        ({"Authorization": "Bearer abc"}, Refusal.WRONG_PASSWORD),
        ({"Authorization": "Basic ???"}, Refusal.WRONG_PASSWORD),
        ({"Authorization": "Basic Q1AtMTr/"}, Refusal.WRONG_PASSWORD),  # "CP-1:\xff"
    ],
)
async def test_bad_credentials_are_refused_and_remembered(
    gateway: Gateway, events: RecordingChargerEvents, headers: dict[str, str], reason: Refusal
):
    response = await _refused(gateway, headers=headers)

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Basic realm=")
    assert events.refusals == {"CP-1": reason}
    assert not events.opened


async def test_an_unknown_identity_looks_like_a_wrong_password(gateway: Gateway):
    unknown = await _refused(gateway, identity="nobody")
    wrong = await _refused(gateway, headers=basic("CP-1", "wrong"))

    assert (unknown.status_code, unknown.body) == (wrong.status_code, wrong.body)


@pytest.mark.parametrize("subprotocols", [["ocpp1.5"], ["ocpp2.0.1", "soap"]])
async def test_a_subprotocol_that_we_do_not_speak_is_refused_and_remembered(
    gateway: Gateway, events: RecordingChargerEvents, subprotocols: list[str]
):
    response = await _refused(gateway, subprotocols=subprotocols)

    assert response.status_code == 400
    assert events.refusals == {"CP-1": Refusal.UNSUPPORTED_PROTOCOL}


async def test_a_charger_that_offers_several_subprotocols_gets_ours(gateway: Gateway, connect: Connect):
    charger = await connect(gateway, subprotocols=["ocpp2.1", "ocpp1.6"])

    assert charger.socket.subprotocol == "ocpp1.6"


@pytest.mark.parametrize("path", ["/", "/ocpp", "/ocpp/", "/other/CP-1", "/ocpp/CP-1/x", "/ocpp/CP%00", "/ocpp/%ff"])
async def test_there_is_nothing_at_other_paths(gateway: Gateway, events: RecordingChargerEvents, path: str):
    response = await _refused(gateway, path=path)

    assert response.status_code == 404
    assert not events.refusals


@pytest.mark.parametrize("path", ["/ocpp/CP%2D1", "/ocpp/CP-1?key=value"])
async def test_the_identity_is_percent_decoded_and_a_query_ignored(gateway: Gateway, connect: Connect, path: str):
    await connect(gateway, path=path)

    assert gateway.is_connected("id-CP-1")


async def test_while_the_database_is_away_a_charger_is_asked_to_come_back(
    gateway: Gateway, events: RecordingChargerEvents
):
    events.is_away = True

    response = await _refused(gateway)

    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0


async def test_a_line_that_cannot_be_recorded_is_closed_with_try_again_later(
    gateway: Gateway, events: RecordingChargerEvents, connect: Connect
):
    gate = events.gate("line_opened")
    charger = await connect(gateway)
    events.is_away = True
    gate.set()

    with pytest.raises(ConnectionClosed) as closed:
        await charger.receive()

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1013


async def test_no_frame_is_handled_before_the_line_is_recorded(
    gateway: Gateway, events: RecordingChargerEvents, connect: Connect
):
    gate = events.gate("line_opened")
    charger = await connect(gateway)
    await charger.send([2, "1", "Authorize", {"idTag": "A"}])
    await charger.send(
        [2, "2", "StatusNotification", {"connectorId": 1, "errorCode": "NoError", "status": "Available"}]
    )
    pong = await charger.socket.ping()
    await pong
    before = list(events.reports)

    gate.set()
    answers = [await charger.receive(), await charger.receive()]

    assert before == []
    assert sorted(answer[1] for answer in answers) == ["1", "2"]


async def test_fifty_chargers_that_connect_in_the_same_tick_are_all_answered(gateway: Gateway, connect: Connect):
    chargers = await asyncio.gather(*(connect(gateway, f"CP-{number}") for number in range(1, 51)))

    served = await asyncio.gather(*(charger.is_served() for charger in chargers))

    assert served == [True] * 50


async def test_a_new_socket_replaces_the_one_that_its_charger_still_has(
    gateway: Gateway, events: RecordingChargerEvents, connect: Connect
):
    old = await connect(gateway)
    new = await connect(gateway)

    with pytest.raises(ConnectionClosed):
        await old.receive()
    await events.until(lambda: len(events.closed) == 1)

    assert await new.is_served()
    assert gateway.is_connected("id-CP-1")
    assert [line for line, _ in events.closed] == events.opened[:1]
    assert events.open_lines == {"id-CP-1": events.opened[1]}


async def test_the_replaced_lines_end_is_told_after_the_new_ones_beginning(
    gateway: Gateway, events: RecordingChargerEvents, connect: Connect
):
    old = await connect(gateway)
    assert await old.is_served()
    gate = events.gate("line_opened")
    await connect(gateway)
    with pytest.raises(ConnectionClosed):
        await old.receive()
    closed_meanwhile = list(events.closed)

    gate.set()
    await events.until(lambda: len(events.closed) == 1)

    assert closed_meanwhile == []
    assert len(events.opened) == 2


async def test_of_many_sockets_of_one_charger_the_newest_owns_it(
    gateway: Gateway, events: RecordingChargerEvents, connect: Connect
):
    chargers = await asyncio.gather(*(connect(gateway) for _ in range(5)))
    await events.until(lambda: len(events.closed) == 4)

    served = [charger for charger in chargers if charger.socket.close_code is None and await _survives(charger)]

    assert len(served) == 1
    assert events.open_lines == {"id-CP-1": events.opened[-1]}


async def _survives(charger: Charger) -> bool:
    try:
        return await charger.is_served()
    except ConnectionClosed:
        return False


async def test_commands_pending_on_a_replaced_line_end_with_it(gateway: Gateway, connect: Connect):
    old = await connect(gateway)
    sent = asyncio.create_task(gateway.send("id-CP-1", RemoteStart(1, "AB"), timeout_s=30))
    await old.receive()
    queued = asyncio.create_task(gateway.send("id-CP-1", RemoteStop(7), timeout_s=30))
    await asyncio.sleep(0)

    await connect(gateway)

    assert (await sent).outcome is Outcome.NO_ANSWER
    assert (await queued).outcome is Outcome.NOT_SENT


async def test_message_ids_may_start_again_on_a_new_connection(
    gateway: Gateway, events: RecordingChargerEvents, connect: Connect
):
    boot = {"chargePointVendor": "V", "chargePointModel": "M"}
    for _ in range(2):
        charger = await connect(gateway)
        assert (await charger.ask("BootNotification", boot, id_="1"))[0] == 3

    assert len(events.told("booted")) == 2


async def test_a_disconnected_charger_may_come_back(gateway: Gateway, events: RecordingChargerEvents, connect: Connect):
    charger = await connect(gateway)

    await events.until(lambda: len(events.opened) == 1)
    gateway.disconnect(events.opened[0], reason="a new password")
    with pytest.raises(ConnectionClosed):
        await charger.receive()
    await events.until(lambda: len(events.closed) == 1)

    assert not gateway.is_connected("id-CP-1")
    assert await (await connect(gateway)).is_served()


async def test_a_closing_that_could_not_be_told_is_told_at_a_later_beat(
    start: Start, events: RecordingChargerEvents, connect: Connect
):
    gateway = await start(timing=Timing(beat_s=0.05))
    charger = await connect(gateway)
    assert await charger.is_served()
    events.is_away = True
    await charger.socket.close()
    await events.until(lambda: "line_closed" in events.failures)

    events.is_away = False
    await events.until(lambda: len(events.closed) == 1)

    assert events.open_lines == {}
