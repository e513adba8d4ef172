"""Events: one operation, which the edge keeps open."""

from math import ceil

from flask import request

from homecharge.domain.events import parse_position
from homecharge.services.listening import begin_listening, read_news
from homecharge.web.answers import Answer, Document
from homecharge.web.api.events.messages import EVENT, messages_of
from homecharge.web.auth import SIGNED_IN, bearer
from homecharge.web.context import Ask
from homecharge.web.operations import Area
from homecharge.web.streaming import MEDIA_TYPE, POSITION_HEADER, StreamHeaders, TooManyStreams

area = Area("events", "What changes, as it changes.")


@area.get("/events", access=SIGNED_IN, media_type=MEDIA_TYPE, event=EVENT, refuses=[TooManyStreams])
def listen(ask: Ask) -> Answer:
    """Listen to what changes, as Server-Sent Events.

    `session.changed`, `charger.changed`, `occurrence.changed` and `notification` come with `{id, resource, etag,
    data}`: the path of what has changed, and the whole of it as a GET would show it to you now; `data` is null for
    what is gone. Of several changes in a row only the last may be told. A session's live power is told every 5 seconds
    at most.

    `ready` comes first, with an id to resume from; look at what you show once it is there. `Last-Event-ID` resumes:
    from 10 seconds before that event, so that some come twice. An event from more than 24 hours ago, or an unknown one,
    gives `reset`: look at everything anew.

    Comments keep the line busy, every 15 seconds. `end` says in a problem document why the stream ends: when the access
    token expires (open another one with a new token), and when the server stops (open another one). Ten streams per
    person and server at a time.
    """
    position = parse_position(request.headers.get(POSITION_HEADER, ""))
    if position is None:
        news = begin_listening(ask.db, request.headers.get("Last-Event-ID"), caller=ask.caller)
    else:
        news = read_news(ask.db, position, caller=ask.caller)
    expires_at = ask.context.access_tokens.expiry_of(bearer())
    headers = StreamHeaders(
        owner=ask.caller.account_id,
        position=str(news.position),
        topics=news.topics,
        ends_in_s=max(1, ceil((expires_at - ask.now).total_seconds())),
        has_more=news.has_more,
    )
    return Answer(
        value=Document(messages_of(ask, news, is_first=position is None)),
        headers=headers.as_mapping(),
    )
