"""The fields of an order, its lines and its transactions that are not simply kept."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sandbox.shopify.api.connections import Connection, connection
from sandbox.shopify.api.context import Info, shop_of
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.money import MoneyBag
from sandbox.shopify.orders import order_money as sums
from sandbox.shopify.orders.line_fields import application, attributes, priced, shown_parts
from sandbox.shopify.orders.order_model import (
    Order,
    RiskAssessment,
)
from sandbox.shopify.orders.order_names import APPS, channel_of, confirmation_number, gateway_names, status_page_url
from sandbox.shopify.orders.order_search import BY_LINE
from sandbox.shopify.orders.order_status import display_financial_status, display_fulfillment_status, return_status
from sandbox.shopify.orders.payments import can_mark_as_paid
from sandbox.shopify.orders.sums import Sum, bag

Fields = dict[str, Any]


def order_sum(worked_out: Callable[[Order], Sum]) -> Resolver:
    def resolve(order: Order, _info: Info) -> MoneyBag:
        return bag(order.rate, worked_out(order))

    return resolve


ORDER_SUMS: dict[str, Callable[[Order], Sum]] = {
    "currentShippingPriceSet": sums.current_shipping_price,
    "currentSubtotalPriceSet": sums.current_subtotal,
    "currentTotalDiscountsSet": sums.current_discounts,
    "currentTotalPriceSet": sums.current_total,
    "currentTotalTaxSet": sums.current_tax,
    "netPaymentSet": sums.net_payment,
    "subtotalPriceSet": sums.subtotal,
    "totalCapturableSet": sums.capturable,
    "totalDiscountsSet": sums.total_discounts,
    "totalOutstandingSet": sums.outstanding,
    "totalPriceSet": sums.total_price,
    "totalReceivedSet": sums.received,
    "totalRefundedSet": sums.refunded,
    "totalRefundedShippingSet": sums.refunded_shipping,
    "totalShippingPriceSet": sums.total_shipping,
    "totalTaxSet": sums.total_tax,
    "totalTipReceivedSet": lambda order: order.tip,
}


def _lines(order: Order, _info: Info, **page: Any) -> Connection:
    return connection(order.lines, BY_LINE, **page)


def _applications(order: Order, _info: Info, **page: Any) -> Fields:
    """Placed by their index: they have no id."""
    found = connection(order.discount_applications, BY_LINE, **page)
    edges = [{"cursor": edge.cursor, "node": application(order, edge.node)} for edge in found.edges]
    return {"nodes": [edge["node"] for edge in edges], "edges": edges, "pageInfo": found.page_info}


def _shipping_lines(order: Order, _info: Info, include_removals: bool = False, **page: Any) -> Connection:
    return shown_parts(order, (one for one in order.shipping_lines if include_removals or not one.is_removed), **page)


def _transactions(order: Order, _info: Info, first: int | None = None, capturable: bool | None = None) -> Any:
    found = order.transactions
    if capturable is not None:
        found = [one for one in found if bool(sums.is_open(one) and sums.uncaptured(one)) is capturable]
    return found[:first]


def _app(order: Order, info: Info) -> Fields | None:
    """Who made it: one of Shopify's own channels, or an app of the store's; any other is known by its id alone."""
    if order.app_id is None:
        return None
    own = (app.title for app in shop_of(info).apps.values() if app.legacy_resource_id == order.app_id)
    name = APPS[order.app_id][0] if order.app_id in APPS else next(own, f"App {order.app_id}")
    return {"id": f"gid://shopify/App/{order.app_id}", "name": name}


def _attribution(order: Order, _info: Info) -> Fields:
    handle, name = channel_of(order)
    return {"handle": handle, "displayName": name}


def _purchasing_entity(order: Order, _info: Info) -> Any:
    if order.company_location is None:
        return order.customer
    location = order.company_location
    return {
        "__typename": "PurchasingCompany",
        "company": location.company,
        "contact": order.company_contact,
        "location": location,
    }


RECOMMENDATIONS = {"HIGH": "CANCEL", "MEDIUM": "INVESTIGATE", "LOW": "ACCEPT"}


def _risk(order: Order, _info: Info) -> Fields:
    """The worst level decides what is recommended."""
    levels = [one.risk_level for one in order.risk]
    advice = next((word for level, word in RECOMMENDATIONS.items() if level in levels), "NONE")
    return {"recommendation": advice, "assessments": [_assessment(one) for one in order.risk]}


def _assessment(one: RiskAssessment) -> Fields:
    """Shopify's own assessment names no provider."""
    provider = {"id": f"gid://shopify/App/{one.provider_id}", "title": one.provider_title} if one.provider_id else None
    facts = [{"sentiment": sentiment, "description": description} for sentiment, description in one.facts]
    return {"riskLevel": one.risk_level, "provider": provider, "facts": facts}


def _journey(order: Order, _info: Info) -> Fields | None:
    """Only visits to the online store leave a trace. One visit an order is kept: it is the first and the last."""
    if order.source_name != "web":
        return None
    visit = _visit(order)
    return {
        "ready": True,
        "customerOrderIndex": order.customer_order_index,
        "firstVisit": visit,
        "lastVisit": visit,
    }


def _visit(order: Order) -> Fields | None:
    if order.landing_site is None:
        return None
    asked = {name: values[0] for name, values in parse_qs(urlsplit(order.landing_site).query).items()}
    utm = {name: asked.get(f"utm_{name}") for name in ("campaign", "content", "medium", "source", "term")}
    host = urlsplit(order.referring_site or "").hostname
    return {
        "id": f"gid://shopify/CustomerVisit/{order.legacy_resource_id}",
        "source": utm["source"] or host or "direct",
        "landingPage": order.landing_site,
        "referrerUrl": order.referring_site,
        "occurredAt": order.created_at,
        "utmParameters": utm if any(utm.values()) else None,
    }


def _codes(order: Order, _info: Info) -> list[str]:
    return [one.label for one in order.discount_applications if one.is_code]


RESOLVERS: dict[str, Resolver] = {
    **{f"Order.{name}": order_sum(worked_out) for name, worked_out in ORDER_SUMS.items()},
    "Order.app": _app,
    "Order.attribution": _attribution,
    "Order.canMarkAsPaid": lambda order, _info: can_mark_as_paid(order),
    "Order.cancellation": lambda order, _info: {"staffNote": order.cancel_note} if order.cancelled_at else None,
    "Order.capturable": lambda order, _info: bool(sums.capturable(order)),
    "Order.closed": lambda order, _info: order.closed_at is not None,
    "Order.confirmationNumber": lambda order, _info: confirmation_number(order),
    "Order.currencyCode": lambda order, _info: order.rate.shop,
    "Order.currentSubtotalLineItemsQuantity": lambda order, _info: sum(line.current_quantity for line in order.lines),
    "Order.currentTotalDutiesSet": lambda order, _info: None,
    "Order.customAttributes": lambda order, _info: attributes(order.attributes),
    "Order.customerAcceptsMarketing": lambda order, _info: order.accepts_marketing,
    "Order.customerJourneySummary": _journey,
    "Order.customerLocale": lambda order, _info: order.locale,
    "Order.discountApplications": _applications,
    "Order.discountCode": lambda order, info: next(iter(_codes(order, info)), None),
    "Order.discountCodes": _codes,
    "Order.displayFinancialStatus": lambda order, _info: display_financial_status(order),
    "Order.displayFulfillmentStatus": lambda order, info: display_fulfillment_status(shop_of(info), order),
    "Order.dutiesIncluded": lambda order, _info: False,
    "Order.fullyPaid": lambda order, _info: sums.is_paid(order) or not sums.total_price(order),
    "Order.lineItems": _lines,
    "Order.paymentGatewayNames": lambda order, _info: gateway_names(order),
    "Order.presentmentCurrencyCode": lambda order, _info: order.rate.presentment,
    "Order.purchasingEntity": _purchasing_entity,
    "Order.refunds": lambda order, _info, first=None: order.refunds[:first],
    "Order.registeredSourceUrl": lambda order, _info: None,  # no domain is in the registry
    "Order.requiresShipping": lambda order, _info: any(line.requires_shipping for line in order.lines),
    "Order.returnStatus": lambda order, _info: return_status(order),
    "Order.risk": _risk,
    "Order.shippingLines": _shipping_lines,
    "Order.statusPageUrl": lambda order, info: status_page_url(shop_of(info), order),
    "Order.subtotalLineItemsQuantity": lambda order, _info: sum(line.quantity for line in order.lines),
    "Order.taxLines": lambda order, _info: priced(order, sums.tax_lines(order)),
    "Order.transactions": _transactions,
    "Order.transactionsCount": lambda order, _info: {"count": len(order.transactions), "precision": "EXACT"},
    "Order.unpaid": lambda order, _info: not sums.received(order),
}
