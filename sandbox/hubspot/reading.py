"""Reading what a caller sent: fields of a JSON body, with HubSpot's 400 for what does not fit."""

from typing import Any

from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.routing import Call


def bad_input(what: str) -> HubSpotError:
    return HubSpotError(400, "VALIDATION_ERROR", f"Invalid input JSON: {what}")


def require(body: dict[str, Any], *names: str) -> None:
    """Refuse a body that lacks one of these fields, or holds null there."""
    if missing := [name for name in names if body.get(name) is None]:
        raise unset(*missing)


def unset(*names: str) -> HubSpotError:
    return bad_input(f"Some required fields were not set: [{', '.join(names)}]")


def text(body: dict[str, Any], name: str, default: str = "") -> str:
    """A string field; a number is taken as its digits, as HubSpot's parser does."""
    value = body.get(name)
    if isinstance(value, str):
        return value
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise bad_input(f"{name} must be a string")
    return str(value)


def whole(body: dict[str, Any], name: str, default: int = 0) -> int:
    """A 32-bit number field; digits in a string will do."""
    value = body.get(name)
    if value is None:
        return default
    try:
        number = int(value) if isinstance(value, str) else value
    except ValueError:
        number = None
    if isinstance(number, bool) or not isinstance(number, int) or not -(2**31) <= number < 2**31:
        raise bad_input(f"{name} must be a number")
    return number


def flag(body: dict[str, Any], name: str, *, default: bool = False) -> bool:
    value = body.get(name)
    if value is None:
        return default
    if value in (True, "true"):
        return True
    if value in (False, "false"):
        return False
    raise bad_input(f"{name} must be true or false")


def mapping(body: dict[str, Any], name: str) -> dict[str, Any]:
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise bad_input(f"{name} must be an object")
    return value


def mappings(value: object, name: str) -> list[dict[str, Any]]:
    """A list whose every member is an object."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise bad_input(f"{name} must be a list of objects")
    return value


def inputs(call: Call, limit: int) -> list[dict[str, Any]]:
    """The `inputs` of a batch; 400 for more than `limit` of them."""
    found = mappings(call.mapping().get("inputs"), "inputs")
    if len(found) > limit:
        raise HubSpotError(400, "VALIDATION_ERROR", f"The maximum number of inputs is {limit}, found {len(found)}")
    return found


def query_flag(call: Call, name: str, *, default: bool = False) -> bool:
    value = call.request.parameter(name)
    return default if value is None else value.lower() == "true"
