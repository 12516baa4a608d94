"""Values that HubSpot works out itself: amounts of line items, and what follows from an order's stage and currency.

What the reference does not define is left empty, never guessed: taxes and recurring values of line items, amounts
in a currency other than the account's own, whether an order is cancelled, and phone numbers without country code.
"""

from collections.abc import Callable
from decimal import Decimal

from sandbox.hubspot.model import CART, LINE_ITEM, ORDER, Stage, Store
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.records.drafts import Draft

AMOUNT_OF = frozenset({"price", "quantity", "discount", "hs_discount_percentage"})
HOME_AMOUNT_OF = frozenset({"hs_total_price", "hs_currency_code"})
LEFT_EMPTY = (
    "hs_acv",
    "hs_arr",
    "hs_is_canceled",
    "hs_post_tax_amount",
    "hs_searchable_calculated_mobile_number",
    "hs_searchable_calculated_phone_number",
    "hs_tax_amount",
    "hs_tcv",
)
"""Filled by HubSpot, never here: they read as empty, and a search by one is refused."""


def computed(portal: Portal, store: Store, draft: Draft) -> dict[str, str]:
    """The values that change with the draft; `""` for one that cannot be worked out any more."""
    values: dict[str, str] = {}
    for inputs, work_out in WORKED_OUT.get(store.kind.type_id, ()):
        if not draft.values.keys().isdisjoint(inputs):
            values |= work_out(portal, store, draft)
    return values if draft.record is not None else {name: value for name, value in values.items() if value}


def find_stage(store: Store, stage_id: str) -> Stage | None:
    for pipeline in store.pipelines.values():
        if stage_id in pipeline.stages:
            return pipeline.stages[stage_id]
    return None


def _amounts(portal: Portal, store: Store, draft: Draft) -> dict[str, str]:
    price, quantity = draft.after("price"), draft.after("quantity")
    if not price or not quantity:
        return dict.fromkeys(("amount", "hs_pre_discount_amount", "hs_total_discount"), "")
    gross = Decimal(price) * Decimal(quantity)
    if percentage := draft.after("hs_discount_percentage"):
        discount = gross * Decimal(percentage) / 100
    else:
        discount = Decimal(draft.after("discount") or 0) * Decimal(quantity)
    return {
        "hs_pre_discount_amount": format(gross, "f"),
        "hs_total_discount": format(discount, "f"),
        "amount": format(gross - discount, "f"),
    }


def _closed(portal: Portal, store: Store, draft: Draft) -> dict[str, str]:
    stage, before = find_stage(store, draft.after("hs_pipeline_stage")), draft.before("hs_is_closed")
    if stage is None:
        return {"hs_is_closed": ""}
    closed = stage.metadata.get("state") == "CLOSED"
    values = {"hs_is_closed": "true" if closed else "false"}
    if closed and before != "true":
        values["hs_closed_date"] = portal.iso(portal.now)
    return values


def _home_amount(portal: Portal, store: Store, draft: Draft) -> dict[str, str]:
    at_home = draft.after("hs_currency_code") == portal.currency
    return {
        "hs_exchange_rate": "1" if at_home else "",
        "hs_homecurrency_amount": draft.after("hs_total_price") if at_home else "",
    }


WorkOut = Callable[[Portal, Store, Draft], dict[str, str]]
WORKED_OUT: dict[str, tuple[tuple[frozenset[str], WorkOut], ...]] = {
    LINE_ITEM.type_id: ((AMOUNT_OF, _amounts),),
    ORDER.type_id: ((frozenset({"hs_pipeline_stage"}), _closed), (HOME_AMOUNT_OF, _home_amount)),
    CART.type_id: ((HOME_AMOUNT_OF, _home_amount),),
}
