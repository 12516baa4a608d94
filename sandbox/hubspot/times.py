"""Times as HubSpot writes and reads them: epoch milliseconds inside, ISO text in UTC outside."""

from datetime import datetime, timedelta
from functools import cache

from sandbox.clock import EPOCH, MILLISECOND, epoch_ms

DAY = 86_400_000


def instant(ms: int) -> str:
    """2026-11-02T09:00:00.250Z, and 2026-11-02T09:00:00Z where the milliseconds are zero, as recorded answers show."""
    text = (EPOCH + timedelta(milliseconds=ms)).isoformat(timespec="milliseconds" if ms % 1000 else "seconds")
    return text[:-6] + "Z"


def milliseconds(text: str) -> int:
    """Epoch milliseconds of epoch digits or of ISO text with a zone. Raises ValueError for anything else."""
    if text.lstrip("-").isdecimal():
        try:
            return epoch_ms(EPOCH + int(text) * MILLISECOND)
        except OverflowError as error:
            raise ValueError(f"{text} is out of range") from error
    when = datetime.fromisoformat(text)
    if when.tzinfo is None:
        raise ValueError(f"{text} names no time zone")
    return epoch_ms(when)


@cache
def seconds(text: str) -> tuple[float, float]:
    """A range of seconds as a switch has it: `0.5-5`, or `0` for no choice."""
    low, _, high = text.partition("-")
    return float(low), float(high or low)
