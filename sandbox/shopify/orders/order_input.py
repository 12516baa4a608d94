"""orderCreate: what an app gives, turned into an order placed."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sandbox.shopify.api.problems import Problem, Refused, refuse_any, under
from sandbox.shopify.customers import customers
from sandbox.shopify.customers.addresses import new_address
from sandbox.shopify.customers.customer_table import by_email
from sandbox.shopify.metafields import metafield_rules
from sandbox.shopify.model import Customer, MailingAddress
from sandbox.shopify.money import Rate
from sandbox.shopify.orders.order_changes import contact_values
from sandbox.shopify.orders.order_create import NewLine, NewShipping, place_order
from sandbox.shopify.orders.order_discounts import NewDiscount
from sandbox.shopify.orders.order_input_money import money_problems
from sandbox.shopify.orders.order_model import Order, TaxLine
from sandbox.shopify.orders.order_table import orders_of
from sandbox.shopify.orders.payments import MANUAL, NewTransaction
from sandbox.shopify.orders.sums import NOTHING, Sum, rounded
from sandbox.shopify.products.product_model import ProductVariant
from sandbox.shopify.shop import Shop

Given = Mapping[str, Any]


def create_order(shop: Shop, given: Given, *, app_id: str, version: str, inventory: str = "BYPASS") -> Order:
    """Place the order of an OrderCreateOrderInput (snake_case). Raises Refused, paths below the input, nothing done.

    An e-mail address alone finds or makes its customer (capture order-live-hybrid-mixed-catalog); without one the
    order is nobody's. A status given stands until the next transaction.
    """
    rate = _rate(shop, given)
    refuse_any([*_problems(shop, given, version, inventory), *money_problems(rate, given)])
    values = contact_values(shop, given)
    tags, note = values.get("tags", ()), values.get("note")
    planned = metafield_rules.plan_all(shop, "Order", None, given.get("metafields") or (), app_id)
    location = shop.node(given["company_location_id"]) if given.get("company_location_id") else None
    customer = _customer(shop, given, values.get("email"))
    order = place_order(
        shop,
        [_line(shop, rate, one) for one in given["line_items"]],
        customer=customer,
        email=values.get("email"),
        name=given.get("name"),
        processed_at=_not_after_now(shop, given.get("processed_at")),
        rate=rate,
        shipping=[_shipping(shop, rate, one) for one in given.get("shipping_lines") or ()],
        discounts=list(_discounts(shop, rate, given.get("discount_code") or {})),
        transactions=[_transaction(shop, rate, one) for one in given.get("transactions") or ()],
        shipping_address=_address(shop, given, "shipping_address"),
        billing_address=_address(shop, given, "billing_address"),
        source_name=given.get("source_name") or app_id,
        take_stock=inventory != "BYPASS",
        order_taxes=_taxes(shop, rate, given.get("tax_lines") or ()),
        phone=values.get("phone"),
        given_status=given.get("financial_status"),
        closed_at=given.get("closed_at"),
        test=bool(given.get("test")),
        taxes_included=bool(given.get("taxes_included")),
        note=note,
        tags=tags,
        attributes=values.get("attributes", ()),
        source_identifier=given.get("source_identifier"),
        source_url=given.get("source_url"),
        app_id=app_id,
        po_number=values.get("po_number"),
        referring_site=given.get("referring_site"),
        accepts_marketing=bool(given.get("buyer_accepts_marketing")),
        user_id=given["user_id"].rpartition("/")[2] if given.get("user_id") else None,
        company_location=location,
        company_contact=customer.contact if customer and location else None,
    )
    for one in planned:
        metafield_rules.write(shop, order, one)
    return order


def _problems(shop: Shop, given: Given, version: str, inventory: str) -> Iterator[Problem]:
    if given.get("customer_id") is not None and given.get("customer") is not None:
        message = "Cannot specify both customerId and customer"
        yield Problem(("customerId",), message, "REDUNDANT_CUSTOMER_FIELDS")
    if not given.get("line_items"):
        yield Problem(("lineItems",), "Line items must have at least one line item", "INVALID")
    if given.get("tax_lines") and any(line.get("tax_lines") for line in given.get("line_items") or ()):
        yield Problem(("taxLines",), "Tax lines must be on the order or on its line items, not on both", "INVALID")
    late = given.get("processed_at")
    if late is not None and late > shop.clock.now and version < "2026-07":
        yield Problem(("processedAt",), "Processed at must not be in the future", "PROCESSED_AT_INVALID")
    if given.get("company_location_id") is not None and shop.node(given["company_location_id"]) is None:
        yield Problem(("companyLocationId",), "Company location does not exist", "INVALID")
    for number, line in enumerate(given.get("line_items") or ()):
        yield from _line_problems(shop, line, ("lineItems", str(number)), inventory)


def _line_problems(shop: Shop, line: Given, path: tuple[str, ...], inventory: str) -> Iterator[Problem]:
    variant = shop.node(line["variant_id"]) if line.get("variant_id") else None
    if line["quantity"] < 1:
        yield Problem((*path, "quantity"), "Quantity must be greater than 0", "INVALID")
    if line.get("variant_id") and variant is None:
        yield Problem((*path, "variantId"), "Variant does not exist", "INVALID")
    if not line.get("variant_id"):
        if not line.get("title"):
            yield Problem((*path, "title"), "Title can't be blank", "INVALID")
        if line.get("price_set") is None:
            yield Problem((*path, "priceSet"), "Price can't be blank", "INVALID")
    if inventory == "DECREMENT_OBEYING_POLICY" and isinstance(variant, ProductVariant):
        short = variant.tracked and variant.inventory_policy == "DENY" and variant.inventory_quantity < line["quantity"]
        if short:
            yield Problem((*path, "quantity"), "Unable to reserve inventory", "INVENTORY_CLAIM_FAILED")


def _rate(shop: Shop, given: Given) -> Rate:
    """Currencies as given; a price that has both sides shows how many of the buyer's are one of the shop's."""
    currency = given.get("currency") or shop.settings.currency
    presentment = given.get("presentment_currency") or currency
    if presentment == currency:
        return Rate(currency, currency)
    for line in given.get("line_items") or ():
        price = line.get("price_set") or {}
        if price.get("presentment_money") and price["shop_money"]["amount"]:
            return Rate(currency, presentment, price["presentment_money"]["amount"] / price["shop_money"]["amount"])
    worth = orders_of(shop).exchange.get(presentment)
    return Rate(currency, presentment, 1 / worth if worth else Decimal(1))


def _sum(rate: Rate, given: Given) -> Sum:
    """A MoneyBagInput. Without a presentment side it is converted by the order's rate."""
    amount: Decimal = given["shop_money"]["amount"]
    if rate.presentment == rate.shop:
        return rounded(rate, Sum(amount, amount))
    other = given.get("presentment_money")
    return rounded(rate, Sum(amount, other["amount"] if other else amount * rate.rate))


def _not_after_now(shop: Shop, when: Any) -> Any:
    """A time to come counts as now (documented, since 2026-07)."""
    return None if when is not None and when > shop.clock.now else when


def _taxes(_shop: Shop, rate: Rate, given: Sequence[Given]) -> tuple[TaxLine, ...]:
    return tuple(
        TaxLine(
            one["title"],
            one["rate"],
            _sum(rate, one["price_set"]) if one.get("price_set") else NOTHING,
            bool(one.get("channel_liable")),
        )
        for one in given
    )


def _line(shop: Shop, rate: Rate, given: Given) -> NewLine:
    return NewLine(
        variant=shop.node(given["variant_id"]) if given.get("variant_id") else None,
        quantity=given["quantity"],
        price=_sum(rate, given["price_set"]) if given.get("price_set") else None,
        title=given.get("title"),
        variant_title=given.get("variant_title"),
        sku=given.get("sku"),
        vendor=given.get("vendor"),
        requires_shipping=given.get("requires_shipping"),
        taxable=given.get("taxable"),
        is_gift_card=given.get("gift_card") or None,
        tax_lines=_taxes(shop, rate, given.get("tax_lines") or ()),
        attributes=tuple((one["name"], one["value"]) for one in given.get("properties") or ()),
    )


def _shipping(shop: Shop, rate: Rate, given: Given) -> NewShipping:
    taxes = _taxes(shop, rate, given.get("tax_lines") or ())
    price = _sum(rate, given["price_set"])
    return NewShipping(given["title"], price, given.get("code"), given.get("source"), tax_lines=taxes)


def _discounts(_shop: Shop, rate: Rate, given: Given) -> Iterator[NewDiscount]:
    if one := given.get("item_fixed_discount_code"):
        yield NewDiscount(one["code"], amount=_sum(rate, one["amount_set"]) if one.get("amount_set") else NOTHING)
    if one := given.get("item_percentage_discount_code"):
        yield NewDiscount(one["code"], percentage=Decimal(str(one.get("percentage") or 0)))
    if one := given.get("free_shipping_discount_code"):
        yield NewDiscount(one["code"], percentage=Decimal(100), shipping=True)


def _transaction(_shop: Shop, rate: Rate, given: Given) -> NewTransaction:
    return NewTransaction(
        kind=given.get("kind") or "SALE",
        status=given.get("status") or "SUCCESS",
        gateway=given.get("gateway") or MANUAL,
        amount=_sum(rate, given["amount_set"]),
        processed_at=given.get("processed_at"),
        test=bool(given.get("test")),
        location_id=given["location_id"].rpartition("/")[2] if given.get("location_id") else None,
    )


def _address(shop: Shop, given: Given, name: str) -> MailingAddress | None:
    if given.get(name) is None:
        return None
    with under("shippingAddress" if name == "shipping_address" else "billingAddress"):
        return new_address(shop, given[name], "Address")


def _customer(shop: Shop, given: Given, email: str | None) -> Customer | None:
    """Whom the order is for: the one named, the one to be made or changed, the one with its e-mail address."""
    named = given.get("customer") or {}
    if given.get("customer_id"):
        return _known(shop, given["customer_id"], "customerId")
    if one := named.get("to_associate"):
        found = _known(shop, one["id"], "customer") if one.get("id") else by_email(shop, one.get("email") or "")
        if found is None:
            raise Refused(Problem(("customer",), "Customer does not exist", "INVALID"))
        return found
    if one := named.get("to_upsert"):
        return _upserted(shop, one)
    if email is None:
        return None
    return by_email(shop, email) or customers.create(shop, email=email)


def _known(shop: Shop, gid: str, name: str) -> Customer:
    customer = shop.node(gid)
    if not isinstance(customer, Customer):
        raise Refused(Problem((name,), "Customer does not exist", "INVALID"))
    return customer


def _upserted(shop: Shop, given: Given) -> Customer:
    found = _known(shop, given["id"], "customer") if given.get("id") else by_email(shop, given.get("email") or "")
    fields = {name: value for name, value in given.items() if name != "id" and value is not None}
    with under("customer", "toUpsert"):
        if found is None:
            return customers.create(shop, **fields)
        customers.update(shop, found, **fields)
    return found
