"""Behind every step that an OCPP message brought about is its frame in the message log."""

import asyncio

from sqlalchemy import select

from homecharge.domain.session_state import Session, Status
from homecharge.storage.models import Message, TimelineEntry
from tests.engine.house import House, quick

Frame = tuple[str, str | None]


async def test_every_step_of_a_charge_names_its_frame(house: House) -> None:
    async with house.charge_point(behaviour=quick(sample_every_s=2)) as cp:  # after the start has been decided
        await cp.plug_in()
        session = await house.until_drawing(house.boost())
        await cp.hold_back()
        await house.until(session, Status.PAUSED)
        await cp.let_go()
        await house.until(session, Status.CHARGING)
        await cp.press_stop()
        await house.until(session, Status.COMPLETED)
        frames = await frames_behind(house, session)

    assert frames == [
        ("planned", None),
        ("commanded", ("out", "RemoteStartTransaction")),
        ("command_answered", ("out", "RemoteStartTransaction")),
        ("transaction_started", ("in", "StartTransaction")),
        ("charging", ("in", "StartTransaction")),
        ("energy_flows", ("in", "MeterValues")),
        ("paused", ("in", "StatusNotification")),
        ("resumed", ("in", "StatusNotification")),
        ("transaction_stopped", ("in", "StopTransaction")),
        ("completed", ("in", "StopTransaction")),
    ]


async def test_a_status_that_is_the_reason_is_the_frame_of_the_rejection(house: House) -> None:
    async with house.charge_point():
        session = await house.until(house.boost(), Status.REJECTED)
        frames = await frames_behind(house, session)

    assert session.reason == "car_unplugged"
    assert ("rejected", ("in", "StatusNotification")) in frames


async def test_a_refused_start_is_rejected_with_the_frame_that_asked_for_it(house: House) -> None:
    async with house.charge_point(behaviour=quick(refuse_remote_start=True)) as cp:
        await cp.plug_in()
        session = await house.until(house.boost(), Status.REJECTED)
        frames = await frames_behind(house, session)

    assert session.reason == "charger_refused"
    assert ("rejected", ("out", "RemoteStartTransaction")) in frames


async def test_a_refused_card_is_rejected_with_the_frame_that_it_came_in(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        await cp.start_transaction("CAFE0001")
        (session,) = house.sessions()
        frames = await frames_behind(house, session)

    assert ("rejected", ("in", "StartTransaction")) in frames


async def test_an_absent_charger_is_no_frames_doing(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
    session = await house.until(house.boost(), Status.REJECTED)

    frames = await frames_behind(house, session)

    assert session.reason == "charger_offline"
    assert ("rejected", None) in frames


async def frames_behind(house: House, session: Session) -> list[tuple[str, Frame | None]]:
    """Direction and action of the frame that each step names, once the log has been written."""
    await house.until_true(lambda: _named(house, session) <= set(_logged(house)))
    log = await asyncio.to_thread(_logged, house)
    with house.container.database.read() as db:
        steps = db.execute(
            select(TimelineEntry.kind, TimelineEntry.message_id)
            .where(TimelineEntry.session_id == session.id)
            .order_by(TimelineEntry.at, TimelineEntry.id)  # as a timeline is shown: an answer may be written late
        ).all()
    return [(step.kind, log[step.message_id] if step.message_id else None) for step in steps]


def _named(house: House, session: Session) -> set[str]:
    named = select(TimelineEntry.message_id).where(TimelineEntry.session_id == session.id)
    with house.container.database.read() as db:
        return {id_ for id_ in db.scalars(named) if id_ is not None}


def _logged(house: House) -> dict[str, Frame]:
    with house.container.database.read() as db:
        rows = db.execute(select(Message.id, Message.direction, Message.action).where(Message.kind == "call"))
        return {row.id: (row.direction, row.action) for row in rows}
