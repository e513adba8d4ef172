"""Sessions in examples: last night's, a Boost under way, and one that has no car yet."""

from typing import Any

from homecharge.web import household

_ALWAYS: dict[str, Any] = {
    "authorization_id": None,
    "recovers_session_id": None,
    "recovered_by_session_id": None,
    "attempt": 1,
    "boosted_at": None,
    "boost": None,
    "stop_requested_at": None,
    "target": None,
    "waiting": None,
    "cost_note": None,
    "shortfall": None,
    "flags": [],
}
COMPLETED: dict[str, Any] = {
    **_ALWAYS,
    "id": household.SESSION,
    "at": household.STARTED,
    "kind": "manual",
    "status": "completed",
    "planned_start_at": "2026-11-20T00:30:00Z",
    "random_delay_s": 214,
    "due_at": household.STARTED,
    "last_feasible_start": "2026-11-20T05:15:00Z",
    "live": None,
    "progress": None,
    "cost_state": "final",
    "result": "met",
    "stop_reason": "limit_energy",
    "rejection": None,
    "created_at": "2026-11-19T00:33:34Z",
    "updated_at": household.ENDED,
}
_BOOSTED: dict[str, Any] = {
    **_ALWAYS,
    "kind": "boost",
    "schedule_id": None,
    "occurrence_id": None,
    "planned_start_at": None,
    "random_delay_s": 0,
    "limit": {"kind": "energy", "energy_wh": 8_000},
    "result": None,
    "stop_reason": None,
}
CHARGING: dict[str, Any] = {
    **_BOOSTED,
    "id": household.BOOST,
    "at": "2026-11-20T11:02:10Z",
    "reference": "63ME-Y6S4",
    "status": "charging",
    "window": {"start": "2026-11-20T11:02:05Z", "end": "2026-11-20T11:12:05Z"},
    "due_at": "2026-11-20T11:02:05Z",
    "last_feasible_start": "2026-11-20T11:12:05Z",
    "started_at": "2026-11-20T11:02:10Z",
    "ended_at": None,
    "energy_wh": 340,
    "cost": {"amount": "0.08", "currency": "GBP"},
    "cost_state": "running",
    "rejection": None,
    "created_at": "2026-11-20T11:02:05Z",
    "updated_at": household.NOW,
}
REJECTED: dict[str, Any] = {
    **_BOOSTED,
    "id": household.REJECTED,
    "at": household.NOW,
    "reference": "P780-16GK",
    "status": "rejected",
    "window": {"start": household.NOW, "end": "2026-11-20T11:15:00Z"},
    "due_at": household.NOW,
    "last_feasible_start": "2026-11-20T11:15:00Z",
    "started_at": None,
    "ended_at": household.NOW,
    "energy_wh": 0,
    "live": None,
    "progress": None,
    "cost": None,
    "cost_state": "none",
    "created_at": household.NOW,
    "updated_at": household.NOW,
}
HISTORY = (
    "Reference,Location,Charger,Driver,Kind,Status,Due (local time),Started (local time),Ended (local time),"
    "Time zone,…\r\n"
    "K7Q2-9MXP,Home,Garage,Ada Lovelace,manual,completed,2026-11-20 00:33:34,2026-11-20 00:33:34,2026-11-20 01:56:54,"
    "Europe/London,…\r\n"
)
"""How a CSV of History begins."""
