"""A session as a picture: plan, power, state and messages on one time axis; its colours are the page's style sheet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

from homecharge.domain.session_view import Reading
from homecharge.domain.support import Story
from homecharge.domain.texts import Language
from homecharge.domain.texts.values import day_text
from homecharge.domain.timeline import StepKind
from homecharge.domain.times import Interval, local_date, wall_clock
from homecharge.web import formats
from homecharge.web.pictures.scales import TimeScale

WIDTH = 960
_LEFT, _RIGHT = 96, 24
_PLAN, _POWER, _STATE, _MESSAGES, _AXIS = (16, 24), (54, 84), (152, 24), (190, 34), 244
HEIGHT = _AXIS + 34
_HOUR_S = 3600
_APART, _LETTER = 84, 8
_STEPS_S = (5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800)
_STATES = {
    StepKind.PLANNED: "planned",
    StepKind.COMMANDED: "starting",
    StepKind.TRANSACTION_STARTED: "charging",
    StepKind.TRANSACTION_ADOPTED: "charging",
    StepKind.CHARGING: "charging",
    StepKind.ENERGY_FLOWS: "charging",
    StepKind.RESUMED: "charging",
    StepKind.PAUSED: "paused",
    StepKind.COMPLETED: "completed",
    StepKind.REJECTED: "rejected",
}
_ENDS = frozenset({"completed", "rejected"})


class _Run(NamedTuple):
    """A state and how long it lasted."""

    state: str
    interval: Interval


@dataclass(frozen=True, slots=True)
class _Canvas:
    svg: ET.Element
    zone: ZoneInfo
    time: TimeScale
    language: Language

    def add(self, tag: str, kind: str, /, *, title: str = "", **attributes: object) -> ET.Element:
        """An element of a class, with what a pointer over it is told."""
        named = {name.replace("_", "-"): str(value) for name, value in attributes.items()}
        element = ET.SubElement(self.svg, tag, {"class": kind, **named})
        if title:
            ET.SubElement(element, "title").text = title
        return element

    def box(self, interval: Interval, place: tuple[int, int], kind: str, title: str) -> None:
        """A rectangle as wide as an interval."""
        x = self.time.x(interval.start)
        width = round(max(self.time.x(interval.end) - x, 2), 1)
        self.add("rect", kind, title=title, x=x, y=place[0], width=width, height=place[1], rx=2)

    def clock(self, at: datetime) -> str:
        """To the second."""
        return f"{at.astimezone(self.zone):%H:%M:%S}"

    def span(self, interval: Interval) -> str:
        """From when to when."""
        return f"{self.clock(interval.start)}–{self.clock(interval.end)}"


def session_svg(story: Story, readings: Sequence[Reading], *, language: Language, now: datetime) -> str:
    """The picture of a session, as an element to stand in a page."""
    view = story.session
    window = _shown(story, readings, now=now)
    svg = ET.Element("svg", {"viewBox": f"0 0 {WIDTH} {HEIGHT}", "role": "img", "class": "timeline"})
    title = language.say("Plan, power, state and messages of {session} over time", session=view.session.reference)
    ET.SubElement(svg, "title").text = title
    canvas = _Canvas(svg, ZoneInfo(view.time_zone), TimeScale(window, _LEFT, WIDTH - _LEFT - _RIGHT), language)
    _draw_axis(canvas)
    _draw_plan(canvas, story)
    _draw_power(canvas, readings)
    _draw_states(canvas, story, now=now)
    _draw_messages(canvas, story)
    return ET.tostring(svg, encoding="unicode")


def _shown(story: Story, readings: Sequence[Reading], *, now: datetime) -> Interval:
    """From just before to just after what happened; days of waiting before the plan or the start are left out."""
    session = story.session.session
    instants = [session.due_at, *(each.at for each in readings)]
    instants += [at for at in (session.commanded_at, session.started_at, session.ended_at) if at is not None]
    if not session.is_over:
        instants.append(now)
    if session.plan is not None:
        instants += [edge for slot in session.plan.slots for edge in (slot.interval.start, slot.interval.end)]
    around = Interval(min(instants), max(instants))
    margin = max(around.duration / 20, timedelta(seconds=30))
    return Interval(around.start - margin, around.end + margin)


def _draw_axis(canvas: _Canvas) -> None:
    say = canvas.language.say
    rows = ((say("Plan"), _PLAN), (say("Power"), _POWER), (say("State"), _STATE), (say("Messages"), _MESSAGES))
    for name, (y, height) in rows:
        canvas.add("text", "label", x=8, y=y + height / 2 + 4).text = name
        canvas.add("line", "rule", x1=_LEFT, x2=WIDTH - _RIGHT, y1=y + height + 5, y2=y + height + 5)
    before = canvas.time.window.start
    for index, at in enumerate(_ticks(canvas)):
        x = canvas.time.x(at)
        canvas.add("line", "grid", x1=x, x2=x, y1=_PLAN[0], y2=_AXIS)
        words = wall_clock(at, canvas.zone)
        if index and local_date(at, canvas.zone) != local_date(before, canvas.zone):
            words = f"{day_text(local_date(at, canvas.zone), canvas.language)} {words}"
        seconds = "" if at.second == 0 and words else f":{at.second:02}"
        is_cut = x + len(words + seconds) * _LETTER / 2 > WIDTH
        anchor = "end" if is_cut else "middle"
        canvas.add("text", "tick", x=x, y=_AXIS + 18, text_anchor=anchor).text = words + seconds
        before = at


def _ticks(canvas: _Canvas) -> Iterator[datetime]:
    window = canvas.time.window
    seconds_apart = window.duration.total_seconds() * _APART / canvas.time.width
    step = next((step for step in _STEPS_S if step >= seconds_apart), round(seconds_apart))
    local = window.start.astimezone(canvas.zone)
    past = (local.hour * _HOUR_S + local.minute * 60 + local.second) % step
    at = window.start - timedelta(seconds=past, microseconds=window.start.microsecond)
    while at <= window.end:
        if at >= window.start:
            yield at
        at += timedelta(seconds=step)


def _draw_plan(canvas: _Canvas, story: Story) -> None:
    window, plan = story.session.window, story.session.session.plan
    if window is not None:
        canvas.box(window, _PLAN, "window", canvas.language.say("Window {span}", span=canvas.span(window)))
    for slot in plan.slots if plan is not None else ():
        span, power = canvas.span(slot.interval), f"{slot.power_w} W"
        planned = canvas.language.say("Planned {span}: {power}", span=span, power=power)
        canvas.box(slot.interval, (_PLAN[0] + 5, _PLAN[1] - 10), "slot", planned)
    due = canvas.time.x(story.session.session.due_at)
    title = canvas.language.say("Due {clock}", clock=canvas.clock(story.session.session.due_at))
    canvas.add("line", "due", title=title, x1=due, x2=due, y1=_PLAN[0] - 6, y2=_PLAN[0] + _PLAN[1] + 4)


def _draw_power(canvas: _Canvas, readings: Sequence[Reading]) -> None:
    points = _powers(readings)
    top, height = _POWER
    if not points:
        canvas.add("text", "nothing", x=_LEFT + 6, y=top + height / 2 + 4).text = canvas.language.say(
            "No meter readings"
        )
        return
    most = max(1, *(power for _, power in points))
    places = [(canvas.time.x(at), round(top + height - height * max(power, 0) / most, 1)) for at, power in points]
    floor = top + height
    line = " ".join(f"L{x} {y}" for x, y in places)
    canvas.add("path", "power-area", d=f"M{places[0][0]} {floor} {line} L{places[-1][0]} {floor}Z")
    canvas.add("path", "power", d=f"M{line[1:]}")
    at_most = formats.decimal(most / 1000, 1, canvas.language)
    canvas.add("text", "label", x=8, y=top + height / 2 + 22).text = f"≤ {at_most} kW"


def _powers(readings: Sequence[Reading]) -> list[tuple[datetime, int]]:
    """What the charger says, else what the register rose by."""
    if any(each.power_w for each in readings):
        return [(each.at, each.power_w) for each in readings if each.power_w is not None]
    found = []
    for earlier, later in pairwise(readings):
        seconds = max((later.at - earlier.at).total_seconds(), 1)
        found.append((later.at, round((later.energy_wh - earlier.energy_wh) * _HOUR_S / seconds)))
    return found


def _draw_states(canvas: _Canvas, story: Story, *, now: datetime) -> None:
    for state, interval in _runs(story, now):
        if interval.end < canvas.time.window.start:
            continue
        name = canvas.language.name_of(state)
        canvas.box(interval, _STATE, f"state {state}", f"{name} {canvas.span(interval)}")
        if canvas.time.x(interval.end) - canvas.time.x(interval.start) > _LETTER * len(name):
            x = max(canvas.time.x(interval.start), _LEFT) + 6
            canvas.add("text", "state-name", x=x, y=_STATE[0] + 16).text = name


def _runs(story: Story, now: datetime) -> list[_Run]:
    """The states one after the other, until now; what ended the session is a mark of no length.

    What a charger does afterwards, with a transaction that it was refused, is no state of the session.
    """
    changes: list[tuple[datetime, str]] = []
    for each in story.timeline:
        state = _STATES.get(each.step.kind)
        if state is not None and (not changes or changes[-1][1] not in {state, *_ENDS}):
            changes.append((each.step.at, state))
    nexts = [at for at, _ in changes[1:]] + [now]
    return [
        _Run(state, Interval(at, at if state in _ENDS else max(at, until)))
        for (at, state), until in zip(changes, nexts, strict=True)
    ]


def _draw_messages(canvas: _Canvas, story: Story) -> None:
    """Up: the charger's; down: ours."""
    window, middle = canvas.time.window, _MESSAGES[0] + _MESSAGES[1] / 2
    canvas.add("line", "rule", x1=_LEFT, x2=WIDTH - _RIGHT, y1=middle, y2=middle)
    for each in story.messages:
        if each.at not in window:
            continue
        tip = middle - 14 if each.direction == "in" else middle + 14
        kind = "message in" if each.direction == "in" else "message out"
        if each.kind in {"error", "malformed"}:
            kind += " wrong"
        x, say = canvas.time.x(each.at), canvas.language.say
        clock, message = canvas.clock(each.at), each.action or each.kind
        if each.direction == "in":
            said = say("{clock} from the charger: {message}", clock=clock, message=message)
        else:
            said = say("{clock} to the charger: {message}", clock=clock, message=message)
        canvas.add("line", kind, title=said, x1=x, x2=x, y1=middle, y2=tip)
