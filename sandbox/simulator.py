"""What both vendors share: a clock, one source of randomness, switches, faults, a log, an outbox."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, ClassVar

from sandbox.clock import START, Clock
from sandbox.faults import Faults
from sandbox.http import Reply, Request
from sandbox.log import Log
from sandbox.outbox import Outbox, Send, nobody
from sandbox.switches import Switch, Switches


class NotModelled(Exception):
    """The vendor has this, the sandbox does not. Answered as HTTP 501, never with something plausible."""


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the vendor's page: a heading, column names, and rows of text."""

    title: str
    columns: tuple[str, ...]
    rows: Iterable[tuple[str, ...]]
    total: int


class Simulator(ABC):
    """One vendor account as one stateful object. Same seed and same calls: same trace.

    Give two simulators the same `clock` to let them live in one world. `routes` maps public webhook addresses
    to loopback ones, for the served sandbox.
    """

    vendor: ClassVar[str]
    switch_table: ClassVar[tuple[Switch, ...]]

    def __init__(
        self,
        *,
        seed: int = 0,
        clock: Clock | None = None,
        start: datetime = START,
        switches: Mapping[str, str] | None = None,
        send: Send = nobody,
    ) -> None:
        self._own_clock = clock is None
        self._start = start
        self.clock = clock or Clock(start)
        self.switches = Switches(self.switch_table, switches)
        self._send = send
        self.routes: dict[str, str] = {}
        self.reset(seed)

    def reset(self, seed: int = 0) -> None:
        """Back to an empty account. Switches stay as set; a clock of its own starts again."""
        self.seed = seed
        if self._own_clock:
            self.clock = Clock(self._start)
        self.random = Random(f"{self.vendor}:{seed}")
        self.faults = Faults(Random(f"{self.vendor}:faults:{seed}"))
        self.log = Log()
        self.outbox = Outbox(self.clock, self.random, self.faults, self.log, self._send)
        self.build()

    def connect(self, send: Send) -> None:
        """Let webhooks out through `send`, now and after a reset."""
        self._send = self.outbox.send = send

    def suffer(self, faults: Faults) -> None:
        """Let these faults befall it from now on."""
        self.faults = self.outbox.faults = faults

    def uuid(self) -> str:
        """A UUID of version 4 from the world's randomness."""
        bits = self.random.getrandbits(128)
        bits = bits & ~(0xF << 76) | 0x4 << 76
        bits = bits & ~(0x3 << 62) | 0x2 << 62
        text = f"{bits:032x}"
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))

    async def run(self, seconds: float) -> None:
        """Let time pass and webhooks out, each at its own moment."""
        end = self.clock.now + timedelta(seconds=seconds)
        await self._drain()
        while (due := self.clock.next_due) is not None and due <= end:
            self.clock.advance_to(due)
            await self._drain()
        self.clock.advance_to(end)

    async def _drain(self) -> None:
        while await self.outbox.flush():
            pass

    @abstractmethod
    def build(self) -> None:
        """Make the account's state, empty but for what the vendor itself puts there."""

    @abstractmethod
    def endpoint(self, request: Request) -> str:
        """The name under which a request is counted, e.g. `POST /crm/objects/{V}/{type}/batch/upsert`."""

    @abstractmethod
    def answer(self, request: Request) -> Reply:
        """Do the work and answer as the vendor does. Raises NotModelled for what the sandbox lacks."""

    @abstractmethod
    def refusal(self, status: int, request: Request) -> Reply:
        """The body and headers the vendor sends with `status` when it does no work."""

    @abstractmethod
    def sections(self) -> list[Section]:
        """The tables of the vendor's page."""

    @abstractmethod
    def state(self, path: str) -> Any:
        """State as JSON: `""` for the counts, else what `path` names; KeyError for an unknown path."""

    @property
    @abstractmethod
    def actions(self) -> dict[str, Callable[..., Any]]:
        """What a person does in the vendor's own pages, by name; each takes JSON keywords and returns JSON."""
