"""The random delay of starts and stops by the clock: drawn once for each try (SI 2021/1467, regulation 11)."""

import dataclasses
import secrets
from collections.abc import Sequence

from homecharge.domain.session_state import SCHEDULED
from homecharge.ports.units import Db
from homecharge.services.tries import Try
from homecharge.storage.queries.charger_settings import read_delay_maxima


def delayed(db: Db, attempts: Sequence[Try]) -> list[Try]:
    """The tries with their delays, uniform over 0 to the charger's `random_delay_max_s`, to the second."""
    charger_ids = {attempt.charger_id for attempt in attempts if attempt.kind in SCHEDULED}
    maxima = read_delay_maxima(db, charger_ids) if charger_ids else {}
    return [
        dataclasses.replace(attempt, random_delay_s=secrets.randbelow(maxima[attempt.charger_id] + 1))
        if attempt.kind in SCHEDULED
        else attempt
        for attempt in attempts
    ]
