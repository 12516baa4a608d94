"""What must hold after every step: looked at whenever a worker reads, leases, commits, or writes to HubSpot."""

import json
import re
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any

import httpx

from sandbox.world.perils import Worker
from sandbox.world.promise import KEY, OBJECTS
from tandem.model import Commit, Committed, Lane, Lease, Ref

if TYPE_CHECKING:
    from sandbox.world.estate import Estate

WATCHED = ("read", "commit", "lease", "renew", "release", "claim")
"""Calls of the store."""
WRITES = re.compile(
    r"/crm/objects/[^/]+/(?P<one>\w+)/batch/(?:upsert|update|archive)"
    r"|/crm/associations/[^/]+/(?P<source>\w+)/(?P<target>\w+)/batch/(?:associate/default|create|archive)"
)
"""Calls to HubSpot that change something, and of what."""


class Watch:
    """`problems` are what did not hold, each once, named by its invariant; see sandbox.world.invariants."""

    def __init__(self, hub: "Estate") -> None:
        self._hub = hub
        self._marks: dict[tuple[Worker, Ref], int] = {}
        self._fences: dict[Ref, int] = {}
        self._leases: dict[Worker, datetime] = {}
        self._rung: Counter[Lane] = Counter()
        self._heard: dict[Worker, int] = {}
        self.problems: dict[str, None] = {}

    def tell(self, problem: str) -> None:
        self.problems[problem] = None

    def before(self, worker: Worker, args: tuple[Any, ...]) -> None:
        """A commit clears no mark that its worker did not read, and is of the worker's own store."""
        for commit in args[0] if isinstance(args[0], list) else ():
            if isinstance(commit, Commit):
                read = self._marks.get((worker, commit.ref))
                if commit.due_at is None and commit.marks != read:
                    self.tell(f"marks: {commit.ref.key} is committed by {commit.marks}, read were {read}")
                if commit.ref.shop != worker.shop:
                    self.tell(f"apart: {worker.name} commits {commit.ref.key}")

    def after(self, worker: Worker, call: str, args: tuple[Any, ...], result: Any) -> None:
        match call:
            case "read":
                self._marks |= {(worker, ref): result[ref].marks if ref in result else 0 for ref in args[0]}
            case "lease" | "renew" if isinstance(result, Lease):
                self._leases[worker] = result.until
                self._heard[worker] = self._rung[result.lane]
            case "lease" if result.closed_until is None:
                self._rung[args[0]] += 1
            case "release" if result and len(args) == 1:
                self._released(worker, args[0])
            case "commit":
                self._committed(args[1], result)
                self.duplicates()

    def _released(self, worker: Worker, lease: Lease) -> None:
        """No bell was rung meanwhile that nobody would answer: whoever came for the lane was sent away."""
        unheard = self._rung[lease.lane] - self._heard[worker]
        if self._hub.store.lanes[lease.lane].fence == lease.fence and unheard:
            self.tell(f"bells: {lease.lane} is given back, {unheard} bells unanswered")

    def _committed(self, lease: Lease, result: dict[Ref, Committed]) -> None:
        """Fences never fall."""
        for ref, became in result.items():
            if became is Committed.LOST:
                continue
            if lease.fence < self._fences.get(ref, 0):
                self.tell(f"fences: {ref.key} is committed with {lease.fence} after {self._fences[ref]}")
            self._fences[ref] = lease.fence

    def duplicates(self) -> None:
        """At most one live record has a key."""
        for name in OBJECTS:
            seen: dict[str, str] = {}
            for record in self._hub.hubspot.portal.store(name).records.values():
                key = record.properties.get(KEY)
                if key and record.archived is None and seen.setdefault(key, record.id) != record.id:
                    self.tell(f"once: {name} {seen[key]} and {record.id} are both {key}")

    def sent(self, worker: Worker, request: httpx.Request) -> None:
        """Nothing is written without a lease, but by one that stood still; and nothing of another store's."""
        found = WRITES.fullmatch(request.url.path)
        if found is None:
            return
        until = self._leases.get(worker)
        if until is not None and until < self._hub.clock.now and not worker.frozen:
            self.tell(f"lease: {worker.name} writes after its lease is over")
        body = json.loads(request.content)
        if found["one"] == "orders" and request.url.path.endswith("/upsert"):
            self._begins(worker, body)
        if self._hub.plan.stores > 1:
            self._own(worker, found, body)

    def _begins(self, worker: Worker, body: dict[str, Any]) -> None:
        """A new order stands in the first stage until its lines are there."""
        first = self._hub.first_stage(worker.shop)
        for one in body.get("inputs", []):
            if one["properties"].get("hs_pipeline_stage", first) != first:
                self.tell(f"stages: {one['id']} is made in a later stage, without its lines")

    def _own(self, worker: Worker, found: re.Match[str], body: dict[str, Any]) -> None:
        objects = [found["one"]] if found["one"] else [found["source"], found["target"]]
        for one in body.get("inputs", []):
            ends = [one] if "id" in one else [one["from"], *_listed(one["to"])]
            for name, end in zip((objects[0], *[objects[-1]] * len(ends)), ends, strict=False):
                key = self._key(name, str(end["id"]))
                if key and not key.startswith(f"{worker.shop}:"):
                    self.tell(f"apart: {worker.name} writes to {key}")

    def _key(self, name: str, id_: str) -> str:
        if ":" in id_:
            return id_
        record = self._hub.hubspot.portal.store(name).records.get(id_)
        return record.properties.get(KEY) or "" if record else ""


def _listed(one: Any) -> list[Any]:
    return one if isinstance(one, list) else [one]
