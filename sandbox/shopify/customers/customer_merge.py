"""Merging two customers: who stays, what is kept, what stands in the way (capture customer-merge-parity)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sandbox.shopify.api.problems import Problem, Refused, refuse_any
from sandbox.shopify.bodies import customers as bodies
from sandbox.shopify.customers import customers
from sandbox.shopify.customers.customer_rules import LONGEST_NOTE
from sandbox.shopify.customers.customer_table import Merge, customer_table
from sandbox.shopify.jobs import new_job
from sandbox.shopify.metafields import metafield_rules
from sandbox.shopify.metafields.metafield_rules import Planned
from sandbox.shopify.metafields.tags import MOST, normal_tags
from sandbox.shopify.model import Customer
from sandbox.shopify.orders.order_table import orders_of
from sandbox.shopify.shop import Shop

CHOICES = {
    # attribute         in overrides                             in error paths
    "email":           ("customer_id_of_email_to_keep",           "customerIdOfEmailToKeep"),
    "phone":           ("customer_id_of_phone_number_to_keep",    "customerIdOfPhoneNumberToKeep"),
    "first_name":      ("customer_id_of_first_name_to_keep",      "customerIdOfFirstNameToKeep"),
    "last_name":       ("customer_id_of_last_name_to_keep",       "customerIdOfLastNameToKeep"),
    "default_address": ("customer_id_of_default_address_to_keep", "customerIdOfDefaultAddressToKeep"),
}  # fmt: skip

AGREED = {"SUBSCRIBED", "PENDING"}


@dataclass(frozen=True, slots=True)
class Plan:
    """A merge thought through. `fields`: attribute -> whose it will be; `note` and `tags` are joined ones."""

    kept: Customer
    lost: Customer
    fields: Mapping[str, Customer]
    note: str | None
    tags: tuple[str, ...]

    def other(self, attribute: str) -> Customer:
        """Whose value is given up."""
        return self.lost if self.fields[attribute] is self.kept else self.kept

    @property
    def blocked(self) -> bool:
        return do_not_fit(self.note, self.tags)


def do_not_fit(note: str | None, tags: tuple[str, ...]) -> bool:
    """Whether a note or tags are more than a customer can hold."""
    return len(note or "") > LONGEST_NOTE or len(tags) > MOST


def plan(one: Customer, two: Customer, override: Mapping[str, Any]) -> Plan:
    """What a merge would do. Raises Refused for an override that names neither, or one without the attribute."""
    refuse_any(_override_problems(one, two, override))
    kept = survivor(one, two, override)
    lost = two if kept is one else one
    fields = {}
    for attribute, (key, _) in CHOICES.items():
        chosen = next((c for c in (one, two) if c.id == override.get(key)), None)
        fields[attribute] = chosen or (kept if getattr(kept, attribute) or not getattr(lost, attribute) else lost)
    note = " ".join(text for text in (kept.note, lost.note) if text) or None
    known = {tag.lower() for tag in kept.tags}
    tags = (*kept.tags, *(tag for tag in lost.tags if tag.lower() not in known))
    return Plan(kept, lost, fields, note, tags)


def _override_problems(one: Customer, two: Customer, override: Mapping[str, Any]) -> Iterator[Problem]:
    for attribute, (key, shown) in CHOICES.items():
        if (gid := override.get(key)) is None:
            continue
        chosen = next((customer for customer in (one, two) if customer.id == gid), None)
        path = ("overrideFields", shown)
        if chosen is None:
            yield Problem(path, "Override attribute is invalid", "OVERRIDE_ATTRIBUTE_INVALID")
        elif getattr(chosen, attribute) is None:
            message = "Customer is missing the attribute requested for override"
            yield Problem(path, message, "MISSING_OVERRIDE_ATTRIBUTE")


def survivor(one: Customer, two: Customer, override: Mapping[str, Any]) -> Customer:
    """Who stays (documented order): whose e-mail is kept by choice; the only one with an e-mail; an ENABLED account;
    an INVITED one unless consent prefers the other; the one that agreed to e-mail; else the second.
    """
    if (gid := override.get("customer_id_of_email_to_keep")) is not None:
        return one if one.id == gid else two
    if not (one.email and two.email):
        return one if one.email else two
    agreed = _only(one, two, lambda customer: customer.email_consent.state in AGREED)
    enabled = _only(one, two, lambda customer: customer.state == "ENABLED")
    invited = _only(one, two, lambda customer: customer.state == "INVITED")
    return enabled or (invited if agreed is None else None) or agreed or two


def _only(one: Customer, two: Customer, test: Callable[[Customer], bool]) -> Customer | None:
    """The one of two that passes, if the other does not."""
    passing = [customer for customer in (one, two) if test(customer)]
    return passing[0] if len(passing) == 1 else None


def obstacles(shop: Shop, customer: Customer) -> list[str]:
    """Why a customer cannot be merged: words of CustomerMergeErrorFieldType."""
    running = [merge for merge in customer_table(shop).merges.values() if not merge.job.done]
    found = {
        "COMPANY_CONTACT": customer.contact is not None,
        "MERGE_IN_PROGRESS": any(merge.kept_id == customer.id for merge in running),
        "MULTIPASS_IDENTIFIER": customer.multipass_identifier is not None,
    }
    return [word for word, is_so in found.items() if is_so]


def merge(shop: Shop, one: Customer, two: Customer, override: Mapping[str, Any]) -> Merge:
    """Merge two customers. The lost one is gone at once, the job is done later. Raises Refused.

    The wording of refusals for obstacles and overrides is inferred.
    """
    for path, customer in (("customerOneId", one), ("customerTwoId", two)):
        if words := obstacles(shop, customer):
            message = f"{customer.display_name} cannot be merged: {', '.join(words)}"
            raise Refused(Problem((path,), message, "INVALID_CUSTOMER"))
    planned = plan(one, two, override)
    note, tags = override.get("note") or planned.note, normal_tags(override.get("tags") or planned.tags)
    if do_not_fit(note, tags):
        raise Refused(Problem(None, "Customers cannot be merged: note or tags are too long", "INVALID_CUSTOMER"))
    seconds = float(shop.switches["merge_seconds"])
    done = Merge(new_job(shop, seconds), planned.kept.id, planned.lost.id)
    customer_table(shop).merges[done.job.id] = done
    _carry_out(shop, planned, note, tags)
    _later(shop, seconds, lambda: _publish(shop, planned))
    return done


def _carry_out(shop: Shop, planned: Plan, note: str | None, tags: tuple[str, ...]) -> None:
    kept, lost, fields = planned.kept, planned.lost, planned.fields
    metafield_rules.release_all(shop, lost)
    lost.merged_into = kept.id
    shop.delete(lost, "")
    values: dict[str, Any] = {attribute: getattr(whose, attribute) for attribute, whose in fields.items()}
    values |= {
        "note": note,
        "tags": tags,
        "addresses": [*kept.addresses, *lost.addresses],
        "email_consent": fields["email"].email_consent,
        "sms_consent": fields["phone"].sms_consent,
        "whats_app_consent": fields["phone"].whats_app_consent,
    }
    for place, metafield in lost.metafields.items():
        if place not in kept.metafields:
            metafield_rules.write(shop, kept, Planned(*place, metafield.type, metafield.value))
    _take_orders(shop, kept, lost)
    customers.apply(shop, kept, values)


def _take_orders(shop: Shop, kept: Customer, lost: Customer) -> None:
    """Orders change hands at once; the count follows later (reference §10 trap 12)."""
    orders = orders_of(shop)
    for order in orders.of_customer(lost):
        orders.give_to(order, kept)
        shop.reindex(order)
    kept.amount_spent += lost.amount_spent
    if lost.last_order_id is not None:
        latest = max(orders.of_customer(kept), key=lambda order: order.created_at, default=None)
        kept.last_order_id = latest.id if latest else kept.last_order_id

    def count() -> None:
        kept.number_of_orders += lost.number_of_orders
        shop.reindex(kept)

    if lost.number_of_orders:
        _later(shop, float(shop.switches["merge_count_lag"]), count)


def _later(shop: Shop, seconds: float, act: Callable[[], None]) -> None:
    if seconds:
        shop.clock.call_at(shop.clock.now + timedelta(seconds=seconds), act)
    else:
        act()


def _publish(shop: Shop, planned: Plan) -> None:
    kept, lost = planned.kept, planned.lost
    shop.publish("customers/merge", lambda: bodies.merged(kept, lost))
    if shop.switches["merge_topics"] == "merge and delete":
        shop.publish("customers/delete", lambda: bodies.deleted(lost))
