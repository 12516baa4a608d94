"""What was called: the latest calls in full, and counts by endpoint over the whole run."""

from collections import Counter, deque
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Call:
    """One call to a vendor, or one webhook sent by it. `status` is None where no answer was given."""

    number: int
    at: datetime
    endpoint: str
    method: str
    path: str
    status: int | None
    fault: str | None = None


class Log:
    """Bounded memory, unbounded counts: `counts[endpoint]`, `statuses[(endpoint, status)]`."""

    def __init__(self) -> None:
        self.calls: deque[Call] = deque(maxlen=KEPT)
        self.counts: Counter[str] = Counter()
        self.statuses: Counter[tuple[str, int | None]] = Counter()
        self._number = 0

    def record(
        self, at: datetime, endpoint: str, method: str, path: str, status: int | None, fault: str | None = None
    ) -> None:
        self._number += 1
        self.calls.append(Call(self._number, at, endpoint, method, path, status, fault))
        self.counts[endpoint] += 1
        self.statuses[endpoint, status] += 1

    def clear(self) -> None:
        self.calls.clear()
        self.counts.clear()
        self.statuses.clear()

    def as_json(self, latest: int = 100) -> dict[str, Any]:
        return {
            "total": sum(self.counts.values()),
            "counts": dict(sorted(self.counts.items())),
            "statuses": {
                f"{endpoint} {status}": n
                for (endpoint, status), n in sorted(
                    self.statuses.items(), key=lambda item: (item[0][0], item[0][1] or 0)
                )
            },
            "calls": [{**asdict(call), "at": call.at.isoformat()} for call in list(self.calls)[-latest:]],
        }
