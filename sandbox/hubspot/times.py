"""Times as HubSpot writes and reads them: epoch milliseconds inside, ISO text in UTC outside."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
DAY = 86_400_000


def instant(ms: int) -> str:
    """2026-11-02T09:00:00.250Z, and 2026-11-02T09:00:00Z where the milliseconds are zero, as recorded answers show."""
    text = (EPOCH + timedelta(milliseconds=ms)).isoformat(timespec="milliseconds" if ms % 1000 else "seconds")
    return text[:-6] + "Z"


def milliseconds(text: str) -> int:
    """Epoch milliseconds of epoch digits or of ISO text with a zone. Raises ValueError for anything else."""
    if text.lstrip("-").isdecimal():
        try:
            return (EPOCH + timedelta(milliseconds=int(text)) - EPOCH) // MILLISECOND
        except OverflowError as error:
            raise ValueError(f"{text} is out of range") from error
    when = datetime.fromisoformat(text)
    if when.tzinfo is None:
        raise ValueError(f"{text} names no time zone")
    return (when - EPOCH) // MILLISECOND
