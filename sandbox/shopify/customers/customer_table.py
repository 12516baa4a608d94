"""All customers of a store, and how one of them is found."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from sandbox.shopify.api.context import top_level_error
from sandbox.shopify.customers.phones import e164
from sandbox.shopify.jobs import Job
from sandbox.shopify.metafields.metafield_definitions import definition_of
from sandbox.shopify.metafields.metafield_rules import resolved_namespace
from sandbox.shopify.model import Customer, MailingAddress
from sandbox.shopify.shop import Shop, Terms
from sandbox.shopify.unique import UniqueTable


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge of two customers, under way or done. Both are global ids."""

    job: Job
    kept_id: str
    lost_id: str


class CustomerTable(UniqueTable[Customer]):
    """`merges` holds every merge by the id of its job."""

    def __init__(self, terms: Callable[[Customer], Terms]) -> None:
        super().__init__(terms, claims)
        self.merges: dict[str, Merge] = {}


def customer_table(shop: Shop) -> CustomerTable:
    return cast(CustomerTable, shop.customers)


def clean_email(text: str | None) -> str | None:
    """Without any white space, inside or around; letter case stays (capture customer-email-normalization)."""
    return "".join(text.split()) or None if text else None


def by_email(shop: Shop, text: str) -> Customer | None:
    """Whose e-mail address it is, whatever its letter case."""
    email = clean_email(text)
    return customer_table(shop).holder("email", email.lower()) if email else None


def by_phone(shop: Shop, text: str) -> Customer | None:
    phone = e164(text, shop.settings.country)
    return customer_table(shop).holder("phone", phone) if phone else None


def by_gid(shop: Shop, gid: str) -> Customer | None:
    found = shop.node(gid)
    return found if isinstance(found, Customer) else None


def by_custom_id(shop: Shop, custom: Mapping[str, Any], app_id: str) -> Customer | None:
    """By the value of a metafield whose definition has type `id` (capture customer-set-custom-id).

    Raises the top-level error for a place without such a definition.
    """
    namespace = resolved_namespace(custom.get("namespace"), app_id)
    definition = definition_of(shop, "CUSTOMER", namespace, custom["key"])
    if definition is None or definition.type != "id":
        raise top_level_error("Metafield definition of type 'id' is required when using custom ids.", "NOT_FOUND")
    gid = definition.holders.get(custom["value"])
    return by_gid(shop, gid) if gid else None


def claims(customer: Customer) -> Iterator[tuple[str, str]]:
    """What no two customers share, and the addresses, so that they are found by id."""
    if customer.email:
        yield "email", customer.email.lower()
    if customer.phone:
        yield "phone", customer.phone
    for address in customer.addresses:
        yield "address", address.legacy_resource_id


def address_by_id(shop: Shop, legacy_id: str) -> MailingAddress | None:
    """A customer's address; `legacy_id` may carry the `?model_name=` of its global id."""
    number = legacy_id.partition("?")[0]
    holder = customer_table(shop).holder("address", number)
    if holder is None:
        return None
    return next(address for address in holder.addresses if address.legacy_resource_id == number)
