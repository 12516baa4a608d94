"""A doctor's report: each check, what was found, and what to do about it."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """OK: nothing to do. WARNING: something is left out or wants a look. BLOCKED: nothing may be synced like this."""

    OK = "ok"
    WARNING = "warning"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    level: Level
    found: str
    do: str = ""


def ok(name: str, found: str) -> Check:
    return Check(name, Level.OK, found)


def warning(name: str, found: str, do: str) -> Check:
    return Check(name, Level.WARNING, found, do)


def blocked(name: str, found: str, do: str) -> Check:
    return Check(name, Level.BLOCKED, found, f"{do}; then invoke setup again")


@dataclass(slots=True)
class Report:
    """The checks so far, in the order they were made."""

    checks: list[Check] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return all(check.level is not Level.BLOCKED for check in self.checks)

    @property
    def blocked_by(self) -> str:
        """What stands in the way, in one line."""
        return "; ".join(f"{check.name}: {check.found}" for check in self.checks if check.level is Level.BLOCKED)

    def as_json(self) -> dict[str, Any]:
        checks = [
            {
                "check": check.name,
                "ok": check.level is Level.OK,
                "level": str(check.level),
                "found": check.found,
                "do": check.do,
            }
            for check in self.checks
        ]
        return {"ok": self.ok, "checks": checks}
