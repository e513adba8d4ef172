"""What became of one of our calls, in the terms of the port."""

from dataclasses import replace
from datetime import datetime

from homecharge.gateway.dialect import Outbound
from homecharge.gateway.outbound import PendingCall
from homecharge.gateway.rpc import CallError, Error
from homecharge.gateway.schemas import Note, Schema
from homecharge.ports.charger_link import Outcome, Reply

_MAX_DETAIL_LENGTH = 255
_MAX_CODE_LENGTH = 50


def reply_to(call: PendingCall, message: Outbound, schema: Schema, *, heard_at: datetime, note: Note) -> Reply:
    """The reply for a call that is over."""
    if call.sent is None:
        return Reply(outcome=Outcome.NOT_SENT, heard_at=heard_at)
    reply = Reply(
        outcome=Outcome.NO_ANSWER,
        message_id=call.sent.message_id,
        sent_at=call.sent.at,
        answered_at=call.answered_at,
        heard_at=heard_at,
    )
    answer = call.answer.result()
    if answer is None:
        return reply
    if isinstance(answer, Error):
        code, detail = answer.code[:_MAX_CODE_LENGTH], answer.description[:_MAX_DETAIL_LENGTH]
        return replace(reply, outcome=Outcome.ERROR, status=code, detail=detail or None)
    try:
        read = message.read(schema.check(answer.payload, note))
    except CallError as fault:
        detail = f"The answer is not valid: {fault.description}"
        return replace(reply, outcome=Outcome.ERROR, status=fault.code.value, detail=detail)
    return replace(
        reply,
        outcome=Outcome.ACCEPTED if read.is_agreed else Outcome.REJECTED,
        status=read.status,
        configuration=read.configuration,
        unknown_keys=read.unknown_keys,
        schedule=read.schedule,
        list_version=read.list_version,
        payload=answer.payload,
    )
