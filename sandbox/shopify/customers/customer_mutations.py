"""The mutations of customers, their addresses and their consent."""

from collections.abc import Mapping
from typing import Any

from sandbox.shopify.api.context import Info, shop_of, user_error
from sandbox.shopify.api.problems import Problem, Refused, under, user_errors
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.customers import consent, customer_addresses, customers
from sandbox.shopify.customers.consent import Channel
from sandbox.shopify.customers.customer_fields import phone_number
from sandbox.shopify.customers.customer_set import set_customer
from sandbox.shopify.customers.customer_table import by_gid
from sandbox.shopify.model import Customer, MailingAddress
from sandbox.shopify.shop import Shop

Given = Mapping[str, Any]
Payload = dict[str, Any]


def customer_create(_root: Any, info: Info, input: Given) -> Payload:  # noqa: A002  the argument's name
    try:
        made = customers.create(shop_of(info), info.context.access.app_id, **input)
    except Refused as refused:
        return {"customer": None, "userErrors": user_errors(refused)}
    return {"customer": made, "userErrors": []}


def customer_update(_root: Any, info: Info, input: Given) -> Payload:  # noqa: A002
    shop = shop_of(info)
    try:
        customer = _demanded(shop, input.get("id") or "", "id")
        consent.refuse_inline(input)
        fields = {name: value for name, value in input.items() if name != "id"}
        customers.update(shop, customer, info.context.access.app_id, **fields)
    except Refused as refused:
        return {"customer": None, "userErrors": user_errors(refused)}
    return {"customer": customer, "userErrors": []}


def customer_set(_root: Any, info: Info, input: Given, identifier: Given | None = None) -> Payload:  # noqa: A002
    try:
        customer = set_customer(shop_of(info), identifier, input, info.context.access.app_id)
    except Refused as refused:
        return {"customer": None, "userErrors": user_errors(refused.under("input"))}
    return {"customer": customer, "userErrors": []}


def customer_delete(_root: Any, info: Info, input: Given) -> Payload:  # noqa: A002
    shop = shop_of(info)
    customer = by_gid(shop, input["id"])
    try:
        if customer is None:
            raise Refused(Problem(("id",), "Customer can't be found"))
        customers.delete(shop, customer)
    except Refused as refused:
        return {"deletedCustomerId": None, "userErrors": user_errors(refused)}
    return {"deletedCustomerId": customer.id, "userErrors": []}


def _demanded(shop: Shop, gid: str, argument: str) -> Customer:
    customer = by_gid(shop, gid)
    if customer is None:
        raise Refused(Problem((argument,), "Customer does not exist"))
    return customer


def _address(customer: Customer, gid: str) -> MailingAddress:
    """One of the customer's own addresses; the id may lack `?model_name=` (inferred)."""
    number = gid.rpartition("/")[2].partition("?")[0]
    found = next((address for address in customer.addresses if address.legacy_resource_id == number), None)
    if found is None:
        raise Refused(Problem(("addressId",), "Address does not exist"))
    return found


def customer_address_create(
    _root: Any, info: Info, customer_id: str, address: Given, set_as_default: bool | None = None
) -> Payload:
    shop = shop_of(info)
    try:
        customer = _demanded(shop, customer_id, "customerId")
        made = _under_address(lambda: customer_addresses.add(shop, customer, address, default=bool(set_as_default)))
    except Refused as refused:
        return {"address": None, "userErrors": user_errors(refused)}
    return {"address": made, "userErrors": []}


def customer_address_update(
    _root: Any, info: Info, customer_id: str, address_id: str, address: Given, set_as_default: bool | None = None
) -> Payload:
    shop = shop_of(info)
    try:
        customer = _demanded(shop, customer_id, "customerId")
        before = _address(customer, address_id)
        default = bool(set_as_default)
        after = _under_address(lambda: customer_addresses.change(shop, customer, before, address, default=default))
    except Refused as refused:
        return {"address": None, "userErrors": user_errors(refused)}
    return {"address": after, "userErrors": []}


def _under_address(act: Any) -> MailingAddress:
    with under("address"):
        made: MailingAddress = act()
    return made


def customer_address_delete(_root: Any, info: Info, customer_id: str, address_id: str) -> Payload:
    shop = shop_of(info)
    try:
        customer = _demanded(shop, customer_id, "customerId")
        customer_addresses.remove(shop, customer, _address(customer, address_id))
    except Refused as refused:
        return {"deletedAddressId": None, "userErrors": user_errors(refused)}
    return {"deletedAddressId": address_id, "userErrors": []}


def customer_update_default_address(_root: Any, info: Info, customer_id: str, address_id: str) -> Payload:
    shop = shop_of(info)
    try:
        customer = _demanded(shop, customer_id, "customerId")
        customers.apply(shop, customer, {"default_address": _address(customer, address_id)})
    except Refused as refused:
        return {"customer": None, "userErrors": user_errors(refused)}
    return {"customer": customer, "userErrors": []}


def _consented(info: Info, given: Given, channel: Channel) -> tuple[Customer | None, list[Given]]:
    """The customer, shown even when its consent was refused (captured), and the errors."""
    shop = shop_of(info)
    asked = given[channel.given]
    consent.refuse_state(channel, asked)
    customer = by_gid(shop, given["customer_id"])
    if customer is None:
        return None, [user_error(["input", "customerId"], "Customer not found", "INVALID")]
    try:
        customers.set_consent(shop, customer, channel, asked)
    except Refused as refused:
        return customer, user_errors(refused.under("input", channel.shown))
    return customer, []


def customer_email_consent(_root: Any, info: Info, input: Given) -> Payload:  # noqa: A002
    customer, errors = _consented(info, input, consent.EMAIL)
    return {"customer": customer, "userErrors": errors}


def customer_sms_consent(_root: Any, info: Info, input: Given) -> Payload:  # noqa: A002
    customer, errors = _consented(info, input, consent.SMS)
    return {"customer": customer, "userErrors": errors}


def customer_whats_app_consent(_root: Any, info: Info, input: Given) -> Payload:  # noqa: A002
    customer, errors = _consented(info, input, consent.WHATS_APP)
    return {"customerPhoneNumber": phone_number(customer) if customer else None, "userErrors": errors}


RESOLVERS: dict[str, Resolver] = {
    "Mutation.customerAddressCreate": customer_address_create,
    "Mutation.customerAddressDelete": customer_address_delete,
    "Mutation.customerAddressUpdate": customer_address_update,
    "Mutation.customerCreate": customer_create,
    "Mutation.customerDelete": customer_delete,
    "Mutation.customerEmailMarketingConsentUpdate": customer_email_consent,
    "Mutation.customerSet": customer_set,
    "Mutation.customerSmsMarketingConsentUpdate": customer_sms_consent,
    "Mutation.customerUpdate": customer_update,
    "Mutation.customerUpdateDefaultAddress": customer_update_default_address,
    "Mutation.customerWhatsAppMarketingConsentUpdate": customer_whats_app_consent,
}
