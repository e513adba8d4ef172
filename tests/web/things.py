"""A small area for tests of what every area has: things that take a while, with a revision, a secret and a list."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from homecharge.domain.auditing import Look
from homecharge.domain.errors import NotFound, Refused
from homecharge.domain.pages import Page
from homecharge.web import etags, fields
from homecharge.web.answers import Answer
from homecharge.web.auth import OPERATOR, PUBLIC, SIGNED_IN, STAFF
from homecharge.web.context import Ask
from homecharge.web.operations import Area
from homecharge.web.paging import keyset
from homecharge.web.schemas import PageQuery, Schema, only, page_of


class InTheWay(Refused):
    """Something is in the way."""

    code = "in_the_way"
    title = "Something is in the way"


class ThingBody(Schema):
    EXAMPLES = only(name="a thing")

    name = fields.Label(required=True)
    size = fields.Whole(load_default=1)


class SecretOut(Schema):
    EXAMPLES = only(url="ws://here", password="told once")

    url = fields.String(required=True)
    password = fields.String(required=True, metadata={"x-secret": True})


class ThingOut(Schema):
    EXAMPLES = only(id="00000000-0000-7000-8000-000000000001", name="a thing", revision=1)

    id = fields.Id(required=True)
    name = fields.String(required=True)
    revision = fields.Whole(required=True)
    secret = fields.Nested(SecretOut, required=True)


@dataclass(frozen=True)
class Thing:
    id: str
    name: str
    revision: int = 1
    is_done: bool = False
    created_at: datetime | None = None
    secret: dict[str, str] = field(default_factory=lambda: {"url": "ws://here", "password": "told once"})


class Things:
    """The area and its things, which live as long as the test."""

    on_add: Callable[[Ask], None]

    def __init__(self) -> None:
        self.kept: dict[str, Thing] = {}
        self.asked: list[str] = []
        self.are_done_at_once = False
        self.patience_s: int | None = None
        self.on_add = lambda _ask: None
        self.area = area = Area("things", "Things.")
        area.post("/things", access=SIGNED_IN, body=ThingBody, answer=ThingOut, status=202)(self.add_thing)
        area.get("/things", access=SIGNED_IN, query=PageQuery, answer=page_of(ThingOut))(self.list_things)
        area.get("/things/<id:thing_id>", access=SIGNED_IN, answer=ThingOut, has_etag=True)(self.get_thing)
        area.delete("/things/<id:thing_id>", access=SIGNED_IN)(self.delete_thing)
        area.get("/staff", access=STAFF)(self.staff)
        area.get("/operator", access=OPERATOR)(self.operator)
        area.get("/broken", access=PUBLIC)(self.broken)

    def add_thing(self, ask: Ask, body: dict[str, Any]) -> Answer:
        """Add a thing."""
        self.asked.append(body["name"])
        self.on_add(ask)
        thing_id = f"00000000-0000-7000-8000-{len(self.asked):012}"
        thing = Thing(id=thing_id, name=body["name"], is_done=self.are_done_at_once, created_at=ask.now)
        self.kept[thing.id] = thing
        location, bell = f"/v1/things/{thing.id}", f"thing:{thing.id}"
        return Answer(value=thing, location=location, bell=bell, patience_s=self.patience_s)

    def finish(self, thing_id: str) -> None:
        self.kept[thing_id] = replace(self.kept[thing_id], is_done=True)

    def list_things(self, _ask: Ask, query: dict[str, Any]) -> Page[Thing]:
        """List things."""
        page = keyset(query)
        newest_first = sorted(self.kept.values(), key=lambda thing: thing.id, reverse=True)
        rest = [thing for thing in newest_first if page.after is None or thing.id < page.after[1]]
        shown = rest[: page.limit]
        last = shown[-1] if len(rest) > page.limit else None
        return Page(shown, None if last is None or last.created_at is None else (last.created_at, last.id))

    def get_thing(self, _ask: Ask, thing_id: str) -> Answer:
        """Look at a thing."""
        if thing_id not in self.kept:
            raise NotFound
        return Answer(value=self.kept[thing_id], is_settled=self.kept[thing_id].is_done)

    def delete_thing(self, _ask: Ask, thing_id: str) -> None:
        """Take a thing away."""
        etags.require_match(ThingOut, self.kept[thing_id])
        del self.kept[thing_id]

    def staff(self, ask: Ask) -> None:
        """For staff."""
        ask.shows(Look("things"))

    def operator(self, ask: Ask) -> None:
        """For operators."""
        ask.shows(Look("things"))

    def broken(self, _ask: Ask) -> None:
        """Fail."""
        raise ZeroDivisionError("a detail that is nobody's business")
