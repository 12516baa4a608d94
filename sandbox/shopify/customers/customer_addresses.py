"""The addresses of a customer, one by one."""

from collections.abc import Mapping
from typing import Any

from sandbox.shopify.api.problems import Problem, Refused
from sandbox.shopify.customers.addresses import changed_address, is_same, new_address
from sandbox.shopify.customers.customers import apply
from sandbox.shopify.model import Customer, MailingAddress
from sandbox.shopify.shop import Shop


def add(shop: Shop, customer: Customer, given: Mapping[str, Any], *, default: bool = False) -> MailingAddress:
    """Add an address; the first one becomes the default. Raises Refused, also for one that is there already.

    REST refuses a twin ("signature has already been taken", third parties); GraphQL's wording is inferred.
    """
    address = new_address(shop, given)
    if any(is_same(address, one) for one in customer.addresses):
        raise Refused(Problem((), "Address already exists", "TAKEN"))
    is_default = default or customer.default_address is None
    values = {"addresses": [*customer.addresses, address]}
    apply(shop, customer, {**values, "default_address": address} if is_default else values)
    return address


def change(
    shop: Shop, customer: Customer, address: MailingAddress, given: Mapping[str, Any], *, default: bool = False
) -> MailingAddress:
    """Change what is given of one address. Raises Refused."""
    after = changed_address(address, given)
    values: dict[str, Any] = {"addresses": [after if one is address else one for one in customer.addresses]}
    if default or customer.default_address is address:
        values["default_address"] = after
    apply(shop, customer, values)
    return after


def remove(shop: Shop, customer: Customer, address: MailingAddress) -> None:
    """Delete an address; if it was the default, the oldest one left takes its place (inferred)."""
    left = [one for one in customer.addresses if one is not address]
    values: dict[str, Any] = {"addresses": left}
    if customer.default_address is address:
        values["default_address"] = left[0] if left else None
    apply(shop, customer, values)
