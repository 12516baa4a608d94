"""API versions: which are alive when, and which one answers a call (reference §1)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

UNSTABLE = "unstable"
FIRST = "2019-04"
"""Versioning began here: an older name never was one."""


@dataclass(frozen=True, slots=True)
class ApiVersion:
    """One entry of `publicApiVersions`. `supported` is false for the release candidate and for `unstable`."""

    handle: str
    display_name: str
    supported: bool


@lru_cache(maxsize=64)
def released_at(handle: str) -> datetime:
    """17:00 UTC on the first of the version's month."""
    year, month = map(int, handle.split("-"))
    return datetime(year, month, 1, 17, tzinfo=UTC)


@lru_cache(maxsize=64)
def retired_at(handle: str) -> datetime:
    """A version lives twelve months (documented: at least)."""
    released = released_at(handle)
    return released.replace(year=released.year + 1)


def _quarters(now: datetime) -> Iterator[str]:
    """Versions from the oldest that may be alive to the one after next, in order."""
    for year in (now.year - 1, now.year, now.year + 1):
        for month in (1, 4, 7, 10):
            yield f"{year}-{month:02}"


def alive(now: datetime) -> list[str]:
    """Released and not retired, oldest first."""
    return [handle for handle in _quarters(now) if released_at(handle) <= now < retired_at(handle)]


def candidate(now: datetime) -> str:
    """The next version, offered as a release candidate until its day."""
    return next(handle for handle in _quarters(now) if released_at(handle) > now)


def public_api_versions(now: datetime) -> list[ApiVersion]:
    """As the query of that name lists them: oldest first, then the candidate, then `unstable`."""
    *older, latest = alive(now)
    handles = [*older, latest, candidate(now), UNSTABLE]
    return [public_api_version(handle, now) for handle in handles]


def public_api_version(handle: str, now: datetime) -> ApiVersion:
    """How a handle is shown; "2026-07 (Release candidate)" is captured, "(Latest)" documented."""
    living = alive(now)
    if handle == living[-1]:
        return ApiVersion(handle, f"{handle} (Latest)", supported=True)
    if handle == candidate(now):
        return ApiVersion(handle, f"{handle} (Release candidate)", supported=False)
    return ApiVersion(handle, handle, supported=handle in living)


def answering(handle: str | None, now: datetime) -> str | None:
    """The version that answers a call to `handle`; None where there is no such version.

    A retired version falls forward to the oldest living one, a call that names none is answered by it too.
    """
    oldest = alive(now)[0]
    if handle is None:
        return oldest
    if handle == UNSTABLE or handle == candidate(now) or handle in alive(now):
        return handle
    was_one = re.fullmatch(r"\d{4}-(01|04|07|10)", handle) and handle >= FIRST and released_at(handle) <= now
    return oldest if was_one else None
