"""Thousands of simulated charge points in one process, connected at a chosen rate, counted together."""

import asyncio
import csv
import dataclasses
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from homecharge.simulator.behaviour import Behaviour
from homecharge.simulator.charge_point import ChargePoint
from homecharge.simulator.failures import CallFailed
from homecharge.simulator.journal import Counters, Journal

Password = str | None | Callable[[str], str | None]
MOST_AT_ONCE = 500
"""Handshakes in flight; a listening socket queues no more than a few hundred."""


def identities(pattern: str, count: int) -> list[str]:
    """`count` identities from 1 up; the pattern has `{n}`, with a format if need be: `CP{n:05d}`.

    Raises:
        ValueError: the pattern has no `{n}`, so that all would be the same, or is no pattern at all.
    """
    try:
        named = [pattern.format(n=number) for number in range(1, count + 1)]
    except (KeyError, IndexError) as error:
        raise ValueError(f"“{pattern}” has a field that is not {{n}}: {error}") from None
    if len(set(named)) < count:
        raise ValueError(f"“{pattern}” makes the same identity twice: it needs {{n}}")
    return named


def read_passwords(file: Path) -> dict[str, str]:
    """Passwords by identity from a CSV file of `identity,password` rows.

    Raises:
        OSError: it cannot be read.
        ValueError: a row is not two fields; the message names the line.
    """
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    for number, row in enumerate(rows, start=1):
        if row and len(row) != 2:  # noqa: PLR2004 - identity and password
            raise ValueError(f"{file}, line {number}: not “identity,password”")
    return {identity.strip(): password.strip() for identity, password in filter(None, rows)}


class Fleet:
    """One charge point per identity, each with its own copy of `behaviour`, all with the same `counters`.

    They reconnect by themselves unless told otherwise. Frames are counted and not kept.
    """

    def __init__(
        self,
        url: str,
        names: Sequence[str],
        password: Password | Mapping[str, str] = None,
        *,
        behaviour: Behaviour | None = None,
        connectors: int = 1,
        reconnect: bool = True,
    ) -> None:
        self.counters = Counters()
        template = behaviour or Behaviour()
        self.charge_points = [
            ChargePoint(
                url,
                name,
                _password_of(password, name),
                connectors=connectors,
                behaviour=_copy(template),
                reconnect=reconnect,
                journal=Journal(frames_kept=0, counters=self.counters),
            )
            for name in names
        ]

    async def __aenter__(self) -> Self:
        """Connect nothing yet."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave nothing running."""
        await self.close()

    async def connect(self, *, per_s: float | None = None) -> None:
        """Connect and boot all, `per_s` of them each second, or all at once; returns when the last has tried.

        Failures are counted in `counters.refused_connects`, and tried again where the fleet reconnects.
        """
        room = asyncio.Semaphore(MOST_AT_ONCE)

        async def connect(charge_point: ChargePoint) -> None:
            async with room:
                await _connect(charge_point)

        await self.each(connect, per_s=per_s)

    async def each(self, act: Callable[[ChargePoint], Awaitable[object]], *, per_s: float | None = None) -> None:
        """Do something with every charge point, beginning with `per_s` of them each second.

        Raises:
            ExceptionGroup: of the first failure, which ends all the others.
        """
        loop = asyncio.get_running_loop()
        begun = loop.time()

        async def one(number: int, charge_point: ChargePoint) -> None:
            if per_s:
                await asyncio.sleep(begun + number / per_s - loop.time())
            await act(charge_point)

        async with asyncio.TaskGroup() as group:
            for number, charge_point in enumerate(self.charge_points):
                group.create_task(one(number, charge_point))

    async def close(self) -> None:
        """Disconnect all and end everything that runs."""
        await asyncio.gather(*(charge_point.close() for charge_point in self.charge_points))


async def _connect(charge_point: ChargePoint) -> None:
    try:
        await charge_point.connect()
    except CallFailed:
        if charge_point.reconnect and not charge_point.connected:
            charge_point.come_back(in_s=charge_point.behaviour.reconnect_s)


def _password_of(password: Password | Mapping[str, str], identity: str) -> str | None:
    if isinstance(password, Mapping):
        return password.get(identity)
    return password(identity) if callable(password) else password


def _copy(behaviour: Behaviour) -> Behaviour:
    return dataclasses.replace(
        behaviour,
        answer_delays_s=dict(behaviour.answer_delays_s),
        answers=dict(behaviour.answers),
        callerrors=dict(behaviour.callerrors),
        vendors=dict(behaviour.vendors),
    )
