"""Faults, by seed or on demand: what goes wrong, where, how often."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from random import Random
from typing import Any

CALL_FAULTS = {
    "refuse": "the connection is refused; nothing was done",
    "delay": "the work is done at once, the answer comes `seconds` later",
    "cut": "the work is done, the answer breaks off in the middle",
    "lose": "the work is done, no answer ever comes",
    "late": "no answer ever comes, and the work is done only `seconds` later",
    "status": "`status` is answered in the vendor's shape; nothing was done",
    "status_after": "the work is done, yet `status` is answered",
    "truncate": "the work is done, half of the JSON is answered as if it were all",
    "html": "the work is done, an HTML page is answered with status 200",
}
WEBHOOK_FAULTS = {
    "drop": "the webhook is never sent",
    "duplicate": "the webhook is sent twice",
    "reorder": "the webhook is held back up to `seconds`, so that later ones overtake it",
    "postpone": "the webhook is sent `seconds` late",
}
DEFAULT_SECONDS = {"delay": (0.0, 10.0), "late": (0.0, 60.0), "reorder": (0.0, 60.0), "postpone": (0.0, 86_400.0)}


@dataclass(slots=True)
class Fault:
    """One rule. `endpoint` is a glob over the log's endpoint names; `times` counts down, None never ends.

    `seconds` is a range to draw from, where the kind needs one.
    """

    kind: str
    endpoint: str = "*"
    probability: float = 1.0
    times: int | None = None
    status: int = 503
    seconds: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if self.kind not in CALL_FAULTS and self.kind not in WEBHOOK_FAULTS:
            known = ", ".join([*CALL_FAULTS, *WEBHOOK_FAULTS])
            raise ValueError(f"no fault {self.kind!r}; there are: {known}")
        if not isinstance(self.endpoint, str) or not isinstance(self.times, int | None):
            raise ValueError(f"endpoint is a glob and times a number, not {self.endpoint!r} and {self.times!r}")
        if not isinstance(self.status, int) or not 200 <= self.status < 600:
            raise ValueError(f"status is an HTTP status from 200 on, not {self.status!r}")
        if not 0 <= self.probability <= 1:
            raise ValueError(f"a probability lies between 0 and 1, not {self.probability}")
        low, high = self.seconds or DEFAULT_SECONDS.get(self.kind, (0.0, 0.0))
        if not 0 <= low <= high:
            raise ValueError(f"seconds is a range [low, high], not {self.seconds}")
        self.seconds = (low, high)

    def draw_seconds(self, random: Random) -> float:
        assert self.seconds is not None
        return random.uniform(*self.seconds)


class Faults:
    """The rules of one world. The first that matches and draws wins; `hits` proves that a kind was reached."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.rules: list[Fault] = []
        self.hits: Counter[str] = Counter()

    def add(self, kind: str, endpoint: str = "*", **options: Any) -> Fault:
        """Add a rule; raises ValueError for an unknown kind or an impossible probability or range."""
        fault = Fault(kind, endpoint, **options)
        self.rules.append(fault)
        return fault

    def clear(self) -> None:
        self.rules.clear()

    def _drawn(self, endpoint: str, kinds: dict[str, str]) -> Iterator[Fault]:
        for fault in list(self.rules):
            if fault.kind not in kinds or not fnmatchcase(endpoint, fault.endpoint):
                continue
            if fault.probability < 1 and self._random.random() >= fault.probability:
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self.rules.remove(fault)
            self.hits[fault.kind] += 1
            yield fault

    def for_call(self, endpoint: str) -> Fault | None:
        return next(self._drawn(endpoint, CALL_FAULTS), None)

    def for_webhook(self, endpoint: str) -> Fault | None:
        return next(self._drawn(endpoint, WEBHOOK_FAULTS), None)

    def as_json(self) -> dict[str, Any]:
        return {
            "rules": [asdict(fault) for fault in self.rules],
            "hits": dict(self.hits),
            "kinds": {**CALL_FAULTS, **WEBHOOK_FAULTS},
        }
