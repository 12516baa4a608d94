"""Customers: made, changed, deleted, counted; every change tells the topics that Shopify would fire.

Python callers pass the fields of CustomerInput in snake_case: `create(shop, email="ada@example.com", tags=["VIP"])`.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from sandbox.shopify.api.problems import Problem, Refused, under
from sandbox.shopify.bodies import customers as bodies
from sandbox.shopify.customers import consent
from sandbox.shopify.customers.addresses import changed_address, new_address
from sandbox.shopify.customers.consent import CHANNELS, Channel
from sandbox.shopify.customers.customer_rules import Values, checked
from sandbox.shopify.metafields import metafield_rules
from sandbox.shopify.metafields.metafield_rules import Planned
from sandbox.shopify.model import Consent, Customer, MailingAddress
from sandbox.shopify.shop import Shop
from sandbox.simulator import NotModelled

UNKNOWN = Problem(("id",), "Customer does not exist", "NOT_FOUND")

CONSENT_TOPICS = {
    consent.EMAIL: ("customers_email_marketing_consent/update", bodies.email_consent),
    consent.SMS: ("customers_marketing_consent/update", bodies.sms_consent),
    consent.WHATS_APP: ("customers_whats_app_marketing_consent/update", bodies.whats_app_consent),
}


class CustomerFields(TypedDict, total=False):
    """CustomerInput, as Python callers give it."""

    id: str
    first_name: str | None
    last_name: str | None
    email: str | None
    phone: str | None
    locale: str | None
    note: str | None
    tags: Sequence[str] | None
    tax_exempt: bool
    tax_exemptions: Sequence[str] | None
    multipass_identifier: str | None
    addresses: Sequence[Mapping[str, Any]] | None
    metafields: Sequence[Mapping[str, Any]] | None
    email_marketing_consent: Mapping[str, Any] | None
    sms_marketing_consent: Mapping[str, Any] | None
    whats_app_marketing_consent: Mapping[str, Any] | None


def create(shop: Shop, app_id: str = "", **given: Unpack[CustomerFields]) -> Customer:
    """Make a customer. Raises Refused, with nothing done, or GraphQLError for a forbidden consent state."""
    _refuse_ids(given)
    values: Values = checked(shop, given)
    values |= consent.inline(shop, given, values)
    planned = _planned(shop, None, given, app_id)
    addresses = _addresses(shop, given.get("addresses") or (), ())
    customer = Customer(shop.new_id(), shop.now, shop.now, addresses=addresses, **values)
    customer.default_address = addresses[0] if addresses else None
    for one in planned:
        metafield_rules.write(shop, customer, one)
    shop.save(customer)
    shop.publish("customers/create", lambda: bodies.customer(shop, customer))
    if customer.tags:
        shop.publish("customer.tags_added", lambda: bodies.tags(shop, customer, customer.tags))
    _publish_consent(shop, customer, values)
    return customer


def _refuse_ids(given: Mapping[str, Any]) -> None:
    """What is new has no id yet (reference §4.1; wording inferred)."""
    if given.get("id") is not None:
        raise Refused(Problem(("id",), "Cannot specify Customer ID on creation", "INVALID"))
    for name, label in (("addresses", "Address"), ("metafields", "Metafield")):
        for number, one in enumerate(given.get(name) or ()):
            if one.get("id") is not None:
                message = f"Cannot specify {label} ID on creation"
                raise Refused(Problem((name, str(number), "id"), message, "INVALID"))


def _planned(shop: Shop, customer: Customer | None, given: Mapping[str, Any], app_id: str) -> list[Planned]:
    with under("metafields"):
        return metafield_rules.plan_all(shop, "Customer", customer, given.get("metafields") or (), app_id)


def _addresses(
    shop: Shop, given: Sequence[Mapping[str, Any]], present: Sequence[MailingAddress]
) -> list[MailingAddress]:
    """The list that replaces a customer's addresses: an entry with an id changes that one, others are new."""
    known = {address.id: address for address in present}
    made = []
    for number, one in enumerate(given):
        with under("addresses", str(number)):
            if (gid := one.get("id")) is None:
                made.append(new_address(shop, one))
            elif gid in known:
                made.append(changed_address(known[gid], one))
            else:
                raise Refused(Problem(("id",), "Address does not exist", "INVALID"))
    return made


def update(shop: Shop, customer: Customer, app_id: str = "", **given: Unpack[CustomerFields]) -> None:
    """Change what is given; a list given replaces the one there was. Raises Refused with nothing done.

    A write that changes nothing moves no `updated_at` and fires no topic (capture customer-set-parity).
    """
    values = checked(shop, given, customer)
    planned = _planned(shop, customer, given, app_id)
    if (replaced := given.get("addresses")) is not None:
        addresses = _addresses(shop, replaced, customer.addresses)
        default = customer.default_address.id if customer.default_address else None
        kept = next((address for address in addresses if address.id == default), None)
        values |= {"addresses": addresses, "default_address": kept or (addresses[0] if addresses else None)}
    written = [metafield_rules.write(shop, customer, one)[1] for one in planned]
    apply(shop, customer, values, attached=any(written) and shop.switches["metafield_moves_owner"] == "yes")


def apply(shop: Shop, customer: Customer, values: Mapping[str, Any], *, attached: bool = False) -> bool:
    """Set attributes that passed the checks; False if none of them is new.

    `attached`: something outside the row's own fields changed with it, such as a metafield.
    """
    before = {name: getattr(customer, name) for name, value in values.items() if getattr(customer, name) != value}
    if not before and not attached:
        return False
    for name in before:
        setattr(customer, name, values[name])
    shop.save(customer)
    own = before.keys() - {"tags", *(channel.attribute for channel in CHANNELS)}
    if own or shop.switches["customers_update_topic"] == "any":
        shop.publish("customers/update", lambda: bodies.customer(shop, customer))
    if "tags" in before:
        _publish_tags(shop, customer, before["tags"])
    _publish_consent(shop, customer, before)
    return True


def _publish_tags(shop: Shop, customer: Customer, before: tuple[str, ...]) -> None:
    added = [tag for tag in customer.tags if tag not in before]
    removed = [tag for tag in before if tag not in customer.tags]
    if added:
        shop.publish("customer.tags_added", lambda: bodies.tags(shop, customer, added))
    if removed:
        shop.publish("customer.tags_removed", lambda: bodies.tags(shop, customer, removed))


def _publish_consent(shop: Shop, customer: Customer, changed: Mapping[str, Any]) -> None:
    for channel, (topic, body) in CONSENT_TOPICS.items():
        if channel.attribute in changed:
            shop.publish(topic, lambda body=body: body(shop, customer))  # type: ignore[misc]  # bound to this turn


def touched(shop: Shop, customer: Customer) -> None:
    """Something attached to the customer changed: a metafield."""
    if shop.switches["metafield_moves_owner"] == "yes":
        apply(shop, customer, {}, attached=True)


def set_consent(shop: Shop, customer: Customer, channel: Channel, given: Mapping[str, Any]) -> None:
    """Change the consent of one channel. Raises Refused with paths below the consent input.

    Without an e-mail address nothing happens and nothing is said (captured); without a phone number it is refused.
    """
    before: Consent = getattr(customer, channel.attribute)
    after = consent.new_consent(shop, channel, given, before)
    if getattr(customer, channel.contact) is None:
        if channel is consent.EMAIL:
            return
        raise Refused(Problem((), channel.without_contact, "INVALID"))
    apply(shop, customer, {channel.attribute: after})


def can_delete(shop: Shop, customer: Customer) -> bool:
    """Not with orders, and not right after its orders were deleted (reference §4.1)."""
    if customer.number_of_orders or customer.last_order_id is not None:  # the count lags behind a merge
        return False
    gone = customer.orders_deleted_at
    return gone is None or shop.clock.now >= gone + timedelta(seconds=float(shop.switches["order_history_lag"]))


def delete(shop: Shop, customer: Customer) -> None:
    """Delete a customer. Raises Refused if it has orders (wording from third parties)."""
    if not can_delete(shop, customer):
        raise Refused(Problem(("id",), "Customer can’t be deleted because they have associated orders"))
    if customer.contact is not None:
        raise NotModelled("deleting a customer who is a company's contact")
    metafield_rules.release_all(shop, customer)
    shop.delete(customer, "")
    shop.publish("customers/delete", lambda: bodies.deleted(customer))


def set_state(shop: Shop, customer: Customer, state: str) -> None:
    """What a customer or a merchant does with a classic account: ENABLED, DISABLED, INVITED, DECLINED."""
    if customer.state == state:
        return
    customer.state = state
    shop.save(customer)
    topic = {"ENABLED": "customers/enable", "DISABLED": "customers/disable"}.get(state, "customers/update")
    shop.publish(topic, lambda: bodies.customer(shop, customer))


def count_order(shop: Shop, customer: Customer, order_id: str | None, amount: Decimal, orders: int = 1) -> None:
    """An order came (1), changed what was spent (0), or was deleted (-1); `amount` in shop currency is the change.

    `order_id` is the global id of the customer's latest order from now on, None for none.
    """
    customer.number_of_orders += orders
    customer.amount_spent += amount
    customer.last_order_id = order_id
    if orders < 0:
        customer.orders_deleted_at = shop.clock.now
    if shop.switches["order_moves_customer"] == "yes":
        shop.save(customer)
    else:
        shop.reindex(customer)
    shop.publish("customers/purchasing_summary", lambda: bodies.purchasing_summary(shop, customer))
