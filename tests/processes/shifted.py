"""The `homecharge` command under a clock that begins at TEST_CLOCK and is set by lines on standard input.

Each line is a number of seconds by which the wall clock jumps; monotonic time goes on, as when NTP sets a clock.
"""

import os
import sys
import threading

import time_machine

from homecharge.cli import main


def _obey(clock: time_machine.Traveller) -> None:
    for line in sys.stdin:
        clock.shift(float(line))


with time_machine.travel(os.environ["TEST_CLOCK"], tick=True) as traveller:
    threading.Thread(target=_obey, args=(traveller,), daemon=True).start()
    sys.exit(main())
