"""Merges in the GraphQL schema: the mutation, its preview, its job."""

from collections.abc import Mapping
from typing import Any

from sandbox.shopify.api.context import Info, shop_of, top_level_error
from sandbox.shopify.api.problems import Problem, Refused, user_errors
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.customers.customer_fields import email_address, phone_number
from sandbox.shopify.customers.customer_merge import Plan, merge, obstacles, plan
from sandbox.shopify.customers.customer_rules import LONGEST_NOTE
from sandbox.shopify.customers.customer_table import by_gid, customer_table
from sandbox.shopify.metafields.tags import MOST
from sandbox.shopify.model import Customer
from sandbox.shopify.shop import Shop
from sandbox.simulator import NotModelled

Fields = dict[str, Any]
Override = Mapping[str, Any] | None


def customer_merge(
    _root: Any, info: Info, customer_one_id: str, customer_two_id: str, override_fields: Override = None
) -> Fields:
    shop = shop_of(info)
    try:
        one, two = _pair(shop, customer_one_id, customer_two_id)
        done = merge(shop, one, two, override_fields or {})
    except Refused as refused:
        return {"resultingCustomerId": None, "job": None, "userErrors": user_errors(refused)}
    return {"resultingCustomerId": done.kept_id, "job": done.job, "userErrors": []}


def _pair(shop: Shop, one_id: str, two_id: str) -> tuple[Customer, Customer]:
    """Existence is looked at before difference (captured)."""
    found = []
    for path, gid in (("customerOneId", one_id), ("customerTwoId", two_id)):
        customer = by_gid(shop, gid)
        if customer is None:
            number = gid.rpartition("/")[2]
            raise Refused(Problem((path,), f"Customer does not exist with ID {number}", "INVALID_CUSTOMER_ID"))
        found.append(customer)
    one, two = found
    if one is two:
        raise Refused(Problem(None, "Customers IDs should not match", "INVALID_CUSTOMER_ID"))
    return one, two


def customer_merge_preview(
    _root: Any, info: Info, customer_one_id: str, customer_two_id: str, override_fields: Override = None
) -> Fields:
    """Ids in the overrides show, note and tags do not (captured)."""
    shop = shop_of(info)
    if customer_one_id == customer_two_id:
        raise top_level_error("Customers must be different.", "BAD_REQUEST")
    one, two = by_gid(shop, customer_one_id), by_gid(shop, customer_two_id)
    if one is None or two is None:
        raise NotModelled("customerMergePreview of a customer that is not there")
    try:
        planned = plan(one, two, override_fields or {})
    except Refused as refused:
        raise NotModelled(f"customerMergePreview with faulty overrides: {refused}") from None
    errors = [
        {"errorFields": words, "message": f"{customer.display_name} cannot be merged"}
        for customer in (one, two)
        if (words := obstacles(shop, customer))
    ]
    return {
        "resultingCustomerId": planned.kept.id,
        "defaultFields": _defaults(planned),
        "alternateFields": _alternatives(planned),
        "blockingFields": _blocking(planned) if planned.blocked else None,
        "customerMergeErrors": errors or None,
    }


def _defaults(planned: Plan) -> Fields:
    fields, kept, lost = planned.fields, planned.kept, planned.lost
    first, last = fields["first_name"].first_name, fields["last_name"].last_name
    email, phone = fields["email"], fields["phone"]
    name = " ".join(part for part in (first, last) if part)
    return {
        "firstName": first,
        "lastName": last,
        "displayName": name or email.email or phone.phone or "",
        "email": email_address(email),
        "phoneNumber": phone_number(phone),
        "defaultAddress": fields["default_address"].default_address,
        "note": planned.note,
        "tags": planned.tags,
        "orderCount": kept.number_of_orders + lost.number_of_orders,
        "metafieldCount": len(kept.metafields.keys() | lost.metafields.keys()),
    }


def _alternatives(planned: Plan) -> Fields:
    return {
        "firstName": planned.other("first_name").first_name,
        "lastName": planned.other("last_name").last_name,
        "email": email_address(planned.other("email")),
        "phoneNumber": phone_number(planned.other("phone")),
        "defaultAddress": planned.other("default_address").default_address,
    }


def _blocking(planned: Plan) -> Fields:
    return {
        "note": planned.note if len(planned.note or "") > LONGEST_NOTE else None,
        "tags": planned.tags if len(planned.tags) > MOST else (),
    }


def customer_merge_job_status(_root: Any, info: Info, job_id: str) -> Fields | None:
    found = customer_table(shop_of(info)).merges.get(job_id)
    if found is None:
        return None
    return {
        "jobId": found.job.id,
        "resultingCustomerId": found.kept_id,
        "status": "COMPLETED" if found.job.done else "IN_PROGRESS",
        "customerMergeErrors": [],
    }


RESOLVERS: dict[str, Resolver] = {
    "Mutation.customerMerge": customer_merge,
    "QueryRoot.customerMergeJobStatus": customer_merge_job_status,
    "QueryRoot.customerMergePreview": customer_merge_preview,
}
