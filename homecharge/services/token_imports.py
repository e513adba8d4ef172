"""Take over a file of providers' tokens: all of it, or nothing and every bad line is told."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homecharge.domain.accounts import Caller
from homecharge.domain.auditing import Target
from homecharge.domain.errors import Invalid
from homecharge.domain.providers import party_of
from homecharge.domain.token_files import BadLine, Provider, TokenLine
from homecharge.ports.units import Db
from homecharge.services.card_audit import note_change
from homecharge.services.local_lists import owe_lists_at
from homecharge.storage.queries.providers import read_parties
from homecharge.storage.queries.roaming_tokens import with_keys
from homecharge.storage.queries.token_imports import merge_tokens
from homecharge.storage.types import new_id

MOST_TOLD = 1_000


class BadTokens(Invalid):
    """A file of tokens has bad lines.

    `errors` names the first 1,000 bad places, `bad_lines` says how many lines are bad in all.
    """

    code = "bad_lines"
    title = "These tokens cannot be read; none of them was taken"
    advice = "Show the places, have the file mended, and send all of it again."

    def __init__(self, bad: Sequence[BadLine]) -> None:
        errors: dict[str, list[str]] = {}
        for line in bad[:MOST_TOLD]:
            place = f"line {line.number}" if line.field is None else f"line {line.number}.{line.field}"
            errors.setdefault(place, []).append(line.message)
        super().__init__(errors=errors, bad_lines=len({line.number for line in bad}))


@dataclass(frozen=True, slots=True)
class TokensImported:
    """What came of a file: tokens that are new, that were changed, that were known as they are."""

    added: int
    updated: int
    unchanged: int


def import_tokens(
    db: Db,
    lines: Iterable[TokenLine | BadLine],
    *,
    party: str | None,
    caller: Caller | None,
    now: datetime,
    progress: Callable[[int], object] = lambda _: None,
) -> TokensImported:
    """Take over what `read_tokens` read. `party`, as `GB-ABC`, is the provider of lines that name none.

    A uid that is known has its token changed: what its line does not say stays. `progress` is told how many
    were written, each time some were. Raises BadTokens, with nothing written yet; a provider that nobody has added
    makes a line bad, for then its address and its contacts are missing.
    """
    parties = read_parties(db)
    rows = _rows(lines, parties, _known(party, parties), now=now)
    added = changed = 0
    paying: set[str] = set()
    for written, merged in merge_tokens(db, rows):
        added, changed = added + merged.added, changed + merged.changed
        paying.update(merged.paid_at)
        progress(written)
    outcome = TokensImported(added, changed, len(rows) - added - changed)
    note_change(
        db, "tokens.imported", Target("token_file", new_id()), caller=caller, now=now, **dataclasses.asdict(outcome)
    )
    owe_lists_at(db, paying, now=now)
    return outcome


def _known(party: str | None, parties: Mapping[Provider, str]) -> str | None:
    if party is None:
        return None
    provider = party_of(party)
    if provider is None or provider not in parties:
        raise Invalid(errors={"provider": [_unknown(party)]})
    return parties[provider]


def _unknown(party: str) -> str:
    return f"There is no provider {party}; add it first."


def _rows(
    lines: Iterable[TokenLine | BadLine], parties: Mapping[Provider, str], otherwise: str | None, *, now: datetime
) -> list[dict[str, Any]]:
    """The columns of each token. Raises BadTokens."""
    rows: list[dict[str, Any]] = []
    bad: list[BadLine] = []
    for line in lines:
        if isinstance(line, BadLine):
            bad.append(line)
        elif line.provider is not None and line.provider not in parties:
            bad.append(BadLine(line.number, "provider", _unknown("-".join(line.provider))))
        elif not bad:
            rows.append(_row(line, otherwise if line.provider is None else parties[line.provider], now=now))
    if bad:
        raise BadTokens(bad)
    return rows


def _row(line: TokenLine, provider_id: str | None, *, now: datetime) -> dict[str, Any]:
    columns = {
        "id": new_id(),
        "uid": line.uid,
        "type": line.type,
        "is_valid": line.valid,
        "whitelist": line.whitelist,
        "contract_id": line.contract_id,
        "provider_id": provider_id,
        "expires_at": line.expires_at,
        "organisation_unit": line.organisation_unit,
        "at": now,
    }
    return with_keys(columns)
