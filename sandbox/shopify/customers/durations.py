"""Durations in English, as `lifetimeDuration` gives them: Rails' distance of time in words, seconds included."""

from datetime import datetime

MINUTE, HOUR, DAY, MONTH, YEAR = 60, 3_600, 86_400, 86_400 * 30, 86_400 * 365

SECONDS = (
    (5, "less than 5 seconds"),
    (10, "less than 10 seconds"),
    (20, "less than 20 seconds"),
    (40, "half a minute"),
    (60, "less than a minute"),
    (90, "1 minute"),
)


def in_words(start: datetime, end: datetime) -> str:
    """ "less than 10 seconds" (capture b2b-company-location-order-aggregates), "3 days", "about 12 years"."""
    seconds = max(0, round((end - start).total_seconds()))
    for limit, words in SECONDS:
        if seconds < limit:
            return words
    if seconds < 45 * MINUTE - 30:
        return f"{round(seconds / MINUTE)} minutes"
    if seconds < 90 * MINUTE - 30:
        return "about 1 hour"
    if seconds < DAY - 30:
        return f"about {round(seconds / HOUR)} hours"
    if seconds < 42 * HOUR - 30:
        return "1 day"
    if seconds < MONTH - 30:
        return f"{round(seconds / DAY)} days"
    if seconds < 60 * DAY - 30:
        return "about 1 month" if seconds < 45 * DAY - 30 else "about 2 months"
    if seconds < YEAR:
        return f"{round(seconds / MONTH)} months"
    return _years(seconds)


def _years(seconds: int) -> str:
    years, rest = divmod(seconds, YEAR)
    if rest < YEAR / 4:
        return f"about {_counted(years)}"
    if rest < YEAR * 3 / 4:
        return f"over {_counted(years)}"
    return f"almost {_counted(years + 1)}"


def _counted(years: int) -> str:
    return "1 year" if years == 1 else f"{years} years"
