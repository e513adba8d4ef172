"""Scripts for simulated charge points: `plug; wait 5; full; unplug`, parsed whole before the first step is taken."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from homecharge.simulator.charge_point import ChargePoint
from homecharge.simulator.failures import CallFailed
from homecharge.simulator.steps import STEPS, Action


class ScriptError(Exception):
    """A step cannot be read, or failed; the message names it by number and text."""

    def __init__(self, number: int, text: str, reason: str) -> None:
        super().__init__(f"step {number} “{text}”: {reason}")
        self.number = number


@dataclass(frozen=True, slots=True)
class ScriptStep:
    """One step of a script, ready to be taken; `number` counts from 1."""

    number: int
    text: str
    action: Action


def parse_script(text: str) -> tuple[ScriptStep, ...]:
    """The steps of a script; they are divided by semicolons or line ends, and `#` begins a comment.

    Raises:
        ScriptError: the first step that is not understood.
    """
    pieces = [piece.strip() for line in text.splitlines() for piece in re.split(";", re.sub(r"(^|\s)#.*", "", line))]
    return tuple(_parse(number, piece) for number, piece in enumerate(filter(None, pieces), start=1))


async def run_script(charge_point: ChargePoint, script: Sequence[ScriptStep]) -> None:
    """Take one step after another.

    Raises:
        ScriptError: the first step that failed.
    """
    for step in script:
        charge_point.journal.note(f"step {step.number}: {step.text.split()[0]}")
        try:
            await step.action(charge_point)
        except TimeoutError:
            status = charge_point.state().status
            raise ScriptError(step.number, step.text, f"connector 1 is still {status}") from None
        except (CallFailed, ValueError) as failure:
            raise ScriptError(step.number, step.text, str(failure)) from None


def describe_steps() -> str:
    """Every step with what it takes and means, one a line."""
    wide = max(len(f"{name} {step.takes}") for name, step in STEPS.items())
    return "\n".join(f"  {f'{name} {step.takes}':<{wide}}  {step.meaning}" for name, step in STEPS.items())


def _parse(number: int, text: str) -> ScriptStep:
    name, *words = text.split()
    if name not in STEPS:
        near = difflib.get_close_matches(name, STEPS, n=1)
        hint = f"; did you mean “{near[0]}”?" if near else "; --help lists the steps"
        raise ScriptError(number, text, f"there is no step “{name}”{hint}")
    try:
        return ScriptStep(number, text, STEPS[name].parse(words))
    except ValueError as error:
        raise ScriptError(number, text, str(error)) from None
