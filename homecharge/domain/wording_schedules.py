"""A schedule in words: `Weekdays from 00:30 to 05:30, up to 10.0 kWh`."""

from collections.abc import Mapping
from datetime import date

from homecharge.domain.limits import CostLimit, DurationLimit, EnergyLimit
from homecharge.domain.schedules import Manual, Once, Smart, Spec, wall_time
from homecharge.domain.targets import BudgetTarget, EnergyTarget, Target
from homecharge.domain.texts.values import Reader, day_text, number_text, spoken
from homecharge.domain.times import WEEKDAYS, local_date

_GROUPS = {WEEKDAYS: "every_day", WEEKDAYS[:5]: "weekdays", WEEKDAYS[5:]: "weekends"}


def summary_text(spec: Spec, reader: Reader) -> str:
    """One line that says when, and how much (at most)."""
    texts = reader.language.schedules
    days = _date_text(spec.on.date, reader) if isinstance(spec.on, Once) else _days_text(spec.on.weekdays, texts)
    when = _manual_text(spec, days, texts) if isinstance(spec, Manual) else _smart_text(spec, days, reader)
    match spec.limit:
        case DurationLimit(seconds=seconds):
            return texts["duration"].format(when=when, **spoken({"seconds_s": seconds}, reader, about=reader.now))
        case EnergyLimit(energy_wh=energy_wh):
            return texts["energy"].format(when=when, **spoken({"energy_wh": energy_wh}, reader, about=reader.now))
        case CostLimit(amount=amount):
            return texts["cost"].format(when=when, amount=number_text(amount, reader.language))
        case _:
            return when


def _manual_text(manual: Manual, days: str, texts: Mapping[str, str]) -> str:
    start = wall_time(manual.start_time)
    if manual.end_time is None:
        return texts["start"].format(days=days, start=start)
    return texts["start_to_end"].format(days=days, start=start, end=wall_time(manual.end_time))


def _smart_text(smart: Smart, days: str, reader: Reader) -> str:
    texts = reader.language.schedules
    wanted = _target_text(smart.target, reader)
    return texts["smart"].format(days=days, ready_by=wall_time(smart.ready_by), wanted=wanted)


def _target_text(target: Target, reader: Reader) -> str:
    texts = reader.language.schedules
    match target:
        case EnergyTarget(energy_wh=energy_wh):
            return texts["target_energy"].format(**spoken({"energy_wh": energy_wh}, reader, about=reader.now))
        case BudgetTarget(amount=amount):
            return texts["target_budget"].format(amount=number_text(amount, reader.language))
        case _:
            return texts["target_soc"].format(percent=target.percent)


def _days_text(weekdays: tuple[str, ...], texts: Mapping[str, str]) -> str:
    group = _GROUPS.get(weekdays)
    return ", ".join(texts[day] for day in weekdays) if group is None else texts[group]


def _date_text(day: date, reader: Reader) -> str:
    is_this_year = day.year == local_date(reader.now, reader.zone).year
    return day_text(day, reader.language, with_year=not is_this_year)
