"""What must hold after every step: looked at whenever a worker has read or committed."""

from typing import TYPE_CHECKING, Any

from sandbox.world.perils import Worker
from sandbox.world.promise import KEY, OBJECTS
from tandem.model import Commit, Committed, Lease, Record, Ref

if TYPE_CHECKING:
    from sandbox.world.estate import Estate


WATCHED = ("read", "commit")
"""Calls of the store."""


class Watch:
    """`problems` are what did not hold, each once."""

    def __init__(self, hub: "Estate") -> None:
        self._hub = hub
        self._marks: dict[tuple[Worker, Ref], int] = {}
        self._fences: dict[Ref, int] = {}
        self.problems: dict[str, None] = {}

    def before(self, worker: Worker, args: tuple[Any, ...]) -> None:
        for commit in args[0]:
            if isinstance(commit, Commit) and commit.due_at is None:
                read = self._marks.get((worker, commit.ref))
                if commit.marks != read:
                    self.tell(f"I7: {commit.ref.key} is committed by {commit.marks} marks, read were {read}")

    def after(self, worker: Worker, call: str, args: tuple[Any, ...], result: Any) -> None:
        match call:
            case "read":
                rows: dict[Ref, Record] = result
                self._marks.update({(worker, ref): rows[ref].marks if ref in rows else 0 for ref in args[0]})
            case "commit":
                self._committed(args[1], result)
                self.duplicates()

    def _committed(self, lease: Lease, result: dict[Ref, Committed]) -> None:
        for ref, became in result.items():
            if became is Committed.LOST:
                continue
            if lease.fence < self._fences.get(ref, 0):
                self.tell(f"I5: {ref.key} is committed with fence {lease.fence} after {self._fences[ref]}")
            self._fences[ref] = lease.fence

    def duplicates(self) -> None:
        """I1: at most one live record for each key."""
        for name in OBJECTS:
            seen: dict[str, str] = {}
            for record in self._hub.hubspot.portal.store(name).records.values():
                key = record.properties.get(KEY)
                if key and record.archived is None and seen.setdefault(key, record.id) != record.id:
                    self.tell(f"I1: {name} {seen[key]} and {record.id} are both {key}")

    def tell(self, problem: str) -> None:
        self.problems[problem] = None
