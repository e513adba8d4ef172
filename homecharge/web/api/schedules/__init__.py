"""Schedules: standing intentions to charge."""
