"""Values as DynamoDB's protocol writes them, and back. Times are text whose order is the order of time."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

Wire = dict[str, Any]
"""One typed value, such as `{"S": "text"}`."""
Item = dict[str, Wire]


def time_text(when: datetime) -> str:
    """UTC, always to the microsecond: `2026-11-02T09:00:00.000000+00:00`."""
    return when.astimezone(UTC).isoformat(timespec="microseconds")


def encode(value: Any) -> Wire:
    """Floats are refused: they would come back as something else."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": str(value)}
        case int() | Decimal():
            return {"N": str(value)}
        case datetime():
            return {"S": time_text(value)}
        case Mapping():
            return {"M": {key: encode(inner) for key, inner in value.items()}}
        case list() | tuple():
            return {"L": [encode(inner) for inner in value]}
    raise TypeError(f"a {type(value).__name__} cannot be stored")


def decode(wire: Wire) -> Any:
    """A time comes back as its text, a tuple as a list, a number as int where it is whole and Decimal otherwise."""
    [(tag, value)] = wire.items()
    match tag:
        case "NULL":
            return None
        case "N":
            number = Decimal(value)
            return int(number) if number == number.to_integral_value() else number
        case "M":
            return {key: decode(inner) for key, inner in value.items()}
        case "L":
            return [decode(inner) for inner in value]
    return value
