"""customerSet: a customer found by identifier and changed, or made (captures customer-set-parity and -custom-id)."""

from collections.abc import Mapping
from typing import Any

from sandbox.shopify.api.problems import Problem, Refused
from sandbox.shopify.customers import customers
from sandbox.shopify.customers.customer_table import by_custom_id, by_email, by_gid, by_phone, clean_email
from sandbox.shopify.customers.phones import e164
from sandbox.shopify.model import Customer
from sandbox.shopify.shop import Shop

ID_NOT_ALLOWED = Problem((), "The id field is not allowed if identifier is provided.", "ID_NOT_ALLOWED")
NOT_FOUND = Problem((), "Resource matching the identifier was not found.", "NOT_FOUND")
MISSING = Problem((), "The input field corresponding to the identifier is required.", "MISSING_FIELD_REQUIRED")
MISMATCH = Problem(
    (), "The identifier value does not match the value of the corresponding field in the input.", "INPUT_MISMATCH"
)


def set_customer(
    shop: Shop, identifier: Mapping[str, Any] | None, given: Mapping[str, Any], app_id: str = ""
) -> Customer:
    """Change the customer an identifier finds, or make one. Raises Refused with paths below the input.

    `identifier` is one of id, email, phone, custom_id; without one a customer is made, unless `given` holds an id.
    """
    if identifier and given.get("id") is not None:
        raise Refused(ID_NOT_ALLOWED)
    extra: dict[str, Any] = {}
    customer: Customer | None
    match identifier or {}:
        case {"id": str(gid)}:
            customer = _demanded(by_gid(shop, gid))
        case {"email": str(text)}:
            _matched(clean_email(text), clean_email(given.get("email")))
            customer = by_email(shop, text)
        case {"phone": str(text)}:
            country = shop.settings.country
            _matched(e164(text, country), e164(given.get("phone") or "", country))
            customer = by_phone(shop, text)
        case {"custom_id": dict(custom)}:
            customer = by_custom_id(shop, custom, app_id)
            extra = {"metafields": [{**custom, "type": "id"}]}
        case _:
            customer = _demanded(by_gid(shop, given["id"])) if given.get("id") is not None else None
    fields = {name: value for name, value in given.items() if name != "id"}
    if customer is None:
        return customers.create(shop, app_id, **fields, **extra)
    customers.update(shop, customer, app_id, **fields)
    return customer


def _demanded(customer: Customer | None) -> Customer:
    if customer is None:
        raise Refused(NOT_FOUND)
    return customer


def _matched(identifier: str | None, given: str | None) -> None:
    """The input must repeat what it is found by; letter case does not count."""
    if given is None:
        raise Refused(MISSING)
    if (identifier or "").lower() != given.lower():
        raise Refused(MISMATCH)
