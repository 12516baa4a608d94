"""What a fresh account has: HubSpot's own properties and groups of each object, and the order pipeline."""

from collections.abc import Iterable

from sandbox.hubspot.model import (
    CART,
    COMPANY,
    CONTACT,
    LINE_ITEM,
    ORDER,
    PRODUCT,
    Group,
    ObjectType,
    Option,
    Pipeline,
    Property,
    Stage,
    Store,
)
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.schema.native_goods import (
    BUNDLE_TYPES,
    CLASSIFICATIONS,
    FREQUENCIES,
    LINE_ITEMS,
    PRICING_MODELS,
    PRODUCT_TYPES,
    PRODUCTS,
    STATUSES,
)
from sandbox.hubspot.schema.native_orders import ADDRESSES, CARTS, ORDERS, PIPELINE, STAGES
from sandbox.hubspot.schema.native_people import COMPANIES, CONTACTS, INDUSTRIES, LANGUAGES, LEAD_STATUS, LIFECYCLE

Row = tuple[str, str, str, str]
Pairs = Iterable[tuple[str, str]]

FIELDS = {
    "text":     ("string", "text"),
    "textarea": ("string", "textarea"),
    "html":     ("string", "html"),
    "phone":    ("string", "phonenumber"),
    "number":   ("number", "number"),
    "bool":     ("bool", "booleancheckbox"),
    "datetime": ("datetime", "date"),
    "select":   ("enumeration", "select"),
    "radio":    ("enumeration", "radio"),
    "checkbox": ("enumeration", "checkbox"),
}  # fmt: skip

COMMON: tuple[Row, ...] = (
    ("hs_object_id",             "Record ID",               "number",   "r"),
    ("hs_createdate",            "Object create date/time", "datetime", "r"),  # inferred on people and lines
    ("hs_object_source",         "Record source code",      "text",     "r"),
    ("hs_object_source_id",      "Record source ID",        "text",     "r"),
    ("hs_object_source_label",   "Record source",           "text",     "r"),
    ("hs_object_source_user_id", "Record source user ID",   "number",   "r"),
    ("hs_object_source_detail_1", "Record source detail 1", "text",     "r"),
    ("hs_merged_object_ids",     "Merged record IDs",       "checkbox", "r"),
)  # fmt: skip

# Only `contactinformation` and `companyinformation` are sure; the other names are inferred.
NATIVE: dict[ObjectType, tuple[str, str, tuple[Row, ...]]] = {
    CONTACT:   ("contactinformation", "Contact information", CONTACTS),
    COMPANY:   ("companyinformation", "Company information", COMPANIES),
    PRODUCT:   ("productinformation", "Product information", PRODUCTS),
    LINE_ITEM: ("lineiteminformation", "Line item information", LINE_ITEMS),
    ORDER:     ("order_information", "Order information", (*ORDERS, *ADDRESSES)),
    CART:      ("cart_information", "Cart information", (*CARTS, *ADDRESSES)),
}  # fmt: skip

OPTIONS: dict[str, Pairs] = {
    "hs_language": LANGUAGES,
    "lifecyclestage": LIFECYCLE,
    "hs_lead_status": LEAD_STATUS,
    "industry": INDUSTRIES,
    "hs_product_type": PRODUCT_TYPES,
    "hs_status": STATUSES,
    "hs_pricing_model": PRICING_MODELS,
    "recurringbillingfrequency": FREQUENCIES,
    "hs_bundle_type": BUNDLE_TYPES,
    "hs_product_classification": CLASSIFICATIONS,
}
CURRENCY_CODES = ("hs_currency_code", "hs_line_item_currency_code")
BOOLEAN = (("true", "True"), ("false", "False"))


def provide_native(portal: Portal) -> None:
    """Fill every store of a new account."""
    for kind, (group, label, rows) in NATIVE.items():
        store = portal.of(kind)
        store.groups[group] = Group(group, label, 0)
        for row in _expanded(portal, (*rows, *COMMON)):
            _add(portal, store, group, row)
    _provide_pipeline(portal)


def offer_pipelines(store: Store) -> None:
    """Let the options of `hs_pipeline` and `hs_pipeline_stage` be the pipelines there are."""
    pipelines = list(store.pipelines.values())
    store.schema["hs_pipeline"].options = _options((p.id, p.label) for p in pipelines)
    stages = ((s.id, f"{s.label} ({p.label})") for p in pipelines for s in p.stages.values())
    store.schema["hs_pipeline_stage"].options = _options(stages)


def offer_currencies(portal: Portal) -> None:
    """Let currencies be chosen from, and products priced in, those the account has."""
    codes = (portal.currency, *portal.extra_currencies)
    for kind, (group, _, rows) in NATIVE.items():
        store = portal.of(kind)
        for name in CURRENCY_CODES:
            if name in store.schema:
                store.schema[name].options = _options((code, code) for code in codes)
        for row in _expanded(portal, rows):
            if row[0] not in store.definitions:
                _add(portal, store, group, row)


def _expanded(portal: Portal, rows: Iterable[Row]) -> Iterable[Row]:
    for name, label, kind, flags in rows:
        for currency in portal.extra_currencies if "{currency}" in name else [""]:
            yield name.format(currency=currency.lower()), label.format(currency=currency), kind, flags


def _add(portal: Portal, store: Store, group: str, row: Row) -> None:
    name, label, kind, flags = row
    type_, field_type = FIELDS[kind]
    pairs = BOOLEAN if kind == "bool" else OPTIONS.get(name, ())
    if name in CURRENCY_CODES:
        pairs = [(code, code) for code in (portal.currency, *portal.extra_currencies)]
    store.definitions[name] = store.schema[name] = Property(
        name,
        label,
        type_,
        field_type,
        group,
        unique="u" in flags,
        calculated="c" in flags,
        read_only=bool(flags.strip("u")),
        defined_by_hubspot=True,
        options=_options(pairs),
        created=portal.now,
        updated=portal.now,
    )
    if "u" in flags:
        store.unique[name] = {}


def _options(pairs: Pairs) -> list[Option]:
    return [Option(label, value, order) for order, (value, label) in enumerate(pairs)]


def _provide_pipeline(portal: Portal) -> None:
    store, now = portal.of(ORDER), portal.now
    setting = portal.switches["order_pipeline"]
    if setting != "none":
        stages = [row for row in STAGES if setting == "default" or row[1] != "Delivered"]
        pipeline_id, label = PIPELINE
        store.pipelines[pipeline_id] = Pipeline(
            pipeline_id,
            label,
            0,
            {id_: Stage(id_, name, i, {"state": state}, now, now) for i, (id_, name, state) in enumerate(stages)},
            now,
            now,
        )
    offer_pipelines(store)
