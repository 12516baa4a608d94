"""Switches for vendor behaviour that no document states: each has a default, and a reason for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Switch:
    """One doubt about a vendor. `values[0]` is the default; `why` says what speaks for it."""

    name: str
    values: tuple[str, ...]
    doubt: str
    why: str

    @property
    def default(self) -> str:
        return self.values[0]


class Switches:
    """The settings of one simulated world. Reading an unknown switch is a programming error (KeyError)."""

    def __init__(self, table: Iterable[Switch], settings: Mapping[str, str] | None = None) -> None:
        self.table = {switch.name: switch for switch in table}
        self._settings = {name: switch.default for name, switch in self.table.items()}
        for name, value in (settings or {}).items():
            self.set(name, value)

    def __getitem__(self, name: str) -> str:
        return self._settings[name]

    def set(self, name: str, value: str) -> None:
        """Raises ValueError, naming what is allowed, for an unknown switch or value."""
        if name not in self.table:
            raise ValueError(f"no switch {name!r}; there are: {', '.join(sorted(self.table))}")
        if value not in self.table[name].values:
            allowed = ", ".join(self.table[name].values)
            raise ValueError(f"switch {name!r} takes one of: {allowed}; not {value!r}")
        self._settings[name] = value

    def as_json(self) -> dict[str, dict[str, object]]:
        return {
            switch.name: {
                "value": self[switch.name],
                "default": switch.default,
                "values": list(switch.values),
                "doubt": switch.doubt,
                "why": switch.why,
            }
            for switch in self.table.values()
        }
