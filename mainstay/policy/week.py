"""A week of office hours as people say it."""

from collections.abc import Iterable, Mapping

DAY_NAMES = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}


def say_week(week: Mapping[str, Iterable[tuple[str, str]]]) -> str:
    """The windows of a week as people say them: `Monday to Friday 09:00–17:30`. Days alike are said together."""
    said: list[tuple[str, list[str]]] = []
    for day, name in DAY_NAMES.items():
        hours = ", ".join(f"{begin}–{end}" for begin, end in week.get(day, ()))
        if said and said[-1][0] == hours:
            said[-1][1].append(name)
        else:
            said.append((hours, [name]))
    parts = [
        f"{names[0]} to {names[-1]} {hours}" if names[1:] else f"{names[0]} {hours}" for hours, names in said if hours
    ]
    return "; ".join(parts)
