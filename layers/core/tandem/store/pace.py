"""How a shared budget is given out: the generic cell rate algorithm, with reservations. No I/O, no clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from tandem.model import Rate


@dataclass(frozen=True, slots=True)
class Spent:
    """A budget so far. `until`: when all that was given out is earned back; `held`: the vendor fails, and is not to be
    tried again before; None once it has answered.
    """

    until: datetime | None = None
    held: datetime | None = None


def reserve(spent: Spent, tokens: float, rate: Rate, now: datetime) -> tuple[Spent, float]:
    """The budget after `tokens` were taken, and the seconds to wait before they may be used.

    Within any window of s seconds, no more than burst + s * per_second tokens are ever released. ValueError for more
    than the burst at once, which would break that.
    """
    if not 0 < tokens <= rate.burst:
        raise ValueError(f"a draw of {tokens} does not fit a burst of {rate.burst}")
    until = max(spent.until or now, now) + _earning(tokens, rate)
    usable = max(until - _earning(rate.burst, rate), now)
    return Spent(until, spent.held), (usable - now).total_seconds()


def _earning(tokens: float, rate: Rate) -> timedelta:
    """How long that many tokens take to come in."""
    return timedelta(microseconds=ceil(tokens / rate.per_second * 1_000_000))
