"""Metafield types: which there are, which values they take. The wording of refusals is third-party or inferred."""

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.shopify.api.problems import Problem
from sandbox.simulator import NotModelled

MAX_BYTES = 16 * 1024
MAX_JSON_BYTES = 128 * 1024
"""Since 2026-04 (reference §1)."""


def _one_line(value: str) -> str | None:
    return "Value must be a single line text string." if "\n" in value or "\r" in value else None


def _anything(_value: str) -> str | None:
    return None


def _integer(value: str) -> str | None:
    return None if re.fullmatch(r"-?\d{1,16}", value) else "Value must be an integer."


def _decimal(value: str) -> str | None:
    try:
        Decimal(value)
    except InvalidOperation:
        return "Value must be a decimal."
    return None


def _boolean(value: str) -> str | None:
    return None if value in {"true", "false"} else "Value must be true or false."


def _date(value: str) -> str | None:
    try:
        date.fromisoformat(value)
    except ValueError:
        return "Value must be in YYYY-MM-DD format."
    return None


def _date_time(value: str) -> str | None:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return "Value must be in “YYYY-MM-DDTHH:MM:SS” format. For example: 2022-06-01T15:30:00"
    return None


def _json(value: str) -> str | None:
    try:
        json.loads(value)
    except ValueError as error:
        return f"Value is invalid JSON: {error}."
    return None


def _url(value: str) -> str | None:
    return None if re.match(r"(https?|mailto|sms|tel):", value) else "Value must be a valid URL."


def _color(value: str) -> str | None:
    return None if re.fullmatch(r"#[0-9a-fA-F]{6}", value) else "Value must be a valid color."


Check = Callable[[str], str | None]
"""What is wrong with a value, or None."""

CHECKS: dict[str, Check] = {
    "boolean": _boolean,
    "color": _color,
    "date": _date,
    "date_time": _date_time,
    "id": _one_line,
    "json": _json,
    "multi_line_text_field": _anything,
    "number_decimal": _decimal,
    "number_integer": _integer,
    "single_line_text_field": _one_line,
    "url": _url,
}
LISTS = {f"list.{name}" for name in ("color", "date", "date_time", "number_decimal", "number_integer")} | {
    "list.single_line_text_field",
    "list.url",
}
KNOWN_NOT_MODELLED = frozenset({
    "antenna_gain", "area", "article_reference", "battery_charge_capacity", "capacitance", "collection_reference",
    "company_reference", "customer_reference", "dimension", "file_reference", "language", "link",
    "metaobject_reference", "mixed_reference", "money", "order_reference", "page_reference", "product_reference",
    "product_taxonomy_value_reference", "rating", "rich_text_field", "variant_reference", "volume", "weight",
})  # fmt: skip

UNIQUE_ELIGIBLE = frozenset({"id", "number_integer", "single_line_text_field", "url"})
"""Types whose definitions may demand unique values; `id` always does."""

CATEGORIES = {
    "boolean": "TRUE_FALSE",
    "color": "COLOR",
    "date": "DATE_TIME",
    "date_time": "DATE_TIME",
    "id": "ID",
    "json": "JSON",
    "number_decimal": "NUMBER",
    "number_integer": "NUMBER",
    "url": "URL",
}


def category(kind: str) -> str:
    return CATEGORIES.get(kind.removeprefix("list."), "TEXT")


def type_problem(kind: str) -> Problem | None:
    """What is wrong with a type's name. Raises NotModelled for one that Shopify has and the sandbox has not."""
    if kind in CHECKS or kind in LISTS:
        return None
    if kind.removeprefix("list.") in KNOWN_NOT_MODELLED:
        raise NotModelled(f"metafields of type {kind}")
    known = ", ".join(sorted({*CHECKS, *LISTS, *KNOWN_NOT_MODELLED}))
    return Problem(("type",), f"Type must be one of the following: {known}.", "INCLUSION")


def value_problem(kind: str, value: str) -> Problem | None:
    """What is wrong with a value of a known type."""
    if value.strip() == "":
        return Problem(("value",), "Value can't be blank.", "BLANK")
    limit = MAX_JSON_BYTES if kind == "json" else MAX_BYTES
    if len(value.encode()) > limit:
        return Problem(("value",), f"Value is too long (maximum is {limit} bytes)", "TOO_LONG")
    message = _list_fault(kind, value) if kind in LISTS else CHECKS[kind](value)
    return Problem(("value",), message, "INVALID_VALUE") if message else None


def _list_fault(kind: str, value: str) -> str | None:
    try:
        entries = json.loads(value)
    except ValueError:
        entries = None
    if not isinstance(entries, list):
        return "Value must be an array."
    check = CHECKS[kind.removeprefix("list.")]
    return next((fault for entry in entries if (fault := check(str(entry)))), None)


def json_value(kind: str, value: str) -> Any:
    """`jsonValue`: numbers, booleans, lists and JSON as such, all else as text."""
    if kind in {"boolean", "json", "number_integer"} or kind in LISTS:
        return json.loads(value)
    return value
