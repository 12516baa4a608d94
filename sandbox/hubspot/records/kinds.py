"""Rules that concern several values of a record, by kind: each looks at a draft and completes or faults it."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from sandbox.hubspot.model import COMPANY, CONTACT, LINE_ITEM, ORDER, PRODUCT, Option, Pipeline, Stage, Store
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.records.drafts import Draft
from sandbox.hubspot.records.unique import ADDITIONAL, EMAIL, addresses
from sandbox.hubspot.records.values import not_an_option
from sandbox.hubspot.refusals import Fault
from sandbox.simulator import NotModelled

# One of these is needed to create a record (reference §1.2).
ONE_OF = {CONTACT.type_id: ("email", "firstname", "lastname"), COMPANY.type_id: ("name", "domain")}
NEEDED = {ORDER.type_id: ("hs_order_name",)}
COPIED = ("name", "description", "price", "hs_sku", "hs_url", "hs_product_type")
"""What a line item takes over from its product where it is not sent itself (reference §2.5, inferred)."""


def needed_to_create(portal: Portal, store: Store, draft: Draft) -> None:
    if draft.record is None:
        type_id = store.kind.type_id
        one_of = ONE_OF.get(type_id, ())
        if one_of and not any(map(draft.values.get, one_of)):
            draft.missing += one_of
        for name in NEEDED.get(type_id, ()):
            if not draft.values.get(name):
                draft.missing += (name,)


def own_addresses(portal: Portal, store: Store, draft: Draft) -> None:
    """Keep the list of additional addresses free of the first one; an additional one made the first changes places."""
    if EMAIL not in draft.values and ADDITIONAL not in draft.values:
        return
    first, first_before = draft.after(EMAIL), draft.before(EMAIL)
    others = addresses(draft.after(ADDITIONAL))
    if first in others and first != first_before and first_before:
        others.append(first_before)
    others = [address for address in others if address != first]
    if others or draft.before(ADDITIONAL) or ADDITIONAL in draft.values:
        draft.values[ADDITIONAL] = ";".join(others)
    for address in (first, *others):
        if address in portal.blocked:
            name = EMAIL if address == first else ADDITIONAL
            draft.faults.append(Fault(name, "INVALID_EMAIL", "email has been GDPR blacklisted", address))


def lifecycle(portal: Portal, store: Store, draft: Draft) -> None:
    """The stage only moves forward; to go back it must be cleared first, in a write of its own (reference §2.7)."""
    found = store.schema.get("lifecyclestage")
    if found is None:
        return
    wanted, current = draft.values.get("lifecyclestage"), draft.before("lifecyclestage")
    if draft.record is None:
        if not wanted and portal.switches["default_lifecyclestage"] == "lead":
            draft.values["lifecyclestage"] = "lead"
    elif wanted and current:
        order = [option.value for option in found.options]
        if current in order and wanted in order and order.index(wanted) < order.index(current):
            del draft.values["lifecyclestage"]
            if portal.switches["lifecycle_backward"] == "400":
                message = f"lifecyclestage cannot go back from {current} to {wanted}"
                draft.faults.append(Fault("lifecyclestage", "INVALID_OPTION", message, wanted))


def stage(portal: Portal, store: Store, draft: Draft) -> None:
    """The stage must be one of the pipeline; a create that names none starts in the first one (inferred)."""
    wanted = draft.values.get("hs_pipeline_stage")
    if wanted is None and "hs_pipeline" not in draft.values and draft.record is not None:
        return
    pipeline_id = draft.after("hs_pipeline") or _first_pipeline(store)
    pipeline = store.pipelines.get(pipeline_id)
    if pipeline is None or pipeline.archived:
        if pipeline_id or wanted:
            options = [Option(p.label, p.id, p.display_order) for p in store.pipelines.values()]
            name = "hs_pipeline" if pipeline_id else "hs_pipeline_stage"
            _not_there(draft, name, pipeline_id or wanted or "", options)
        return
    draft.values["hs_pipeline"] = pipeline_id
    stage_id = draft.after("hs_pipeline_stage")
    if not stage_id and draft.record is None and (first := _first(pipeline.stages)) is not None:
        draft.values["hs_pipeline_stage"] = first.id
    elif stage_id not in pipeline.stages or pipeline.stages[stage_id].archived:
        options = [Option(s.label, s.id, s.display_order) for s in pipeline.stages.values() if not s.archived]
        _not_there(draft, "hs_pipeline_stage", stage_id, options)


def _first_pipeline(store: Store) -> str:
    first = _first(store.pipelines)
    return "" if first is None else first.id


Placed = TypeVar("Placed", Pipeline, Stage)


def _first(items: Mapping[str, Placed]) -> Placed | None:
    found: Placed | None = None
    for item in items.values():
        if not item.archived and (found is None or item.display_order < found.display_order):
            found = item
    return found


def _not_there(draft: Draft, name: str, value: str, options: list[Option]) -> None:
    fault = not_an_option(value, options)
    draft.faults.append(Fault(name, fault.code, fault.message, value))


def line_item(portal: Portal, store: Store, draft: Draft) -> None:
    """Swallow the external id, take over the product's values (reference §2.5)."""
    draft.values.pop("hs_external_id", None)
    if draft.after("discount") and draft.after("hs_discount_percentage"):
        raise NotModelled("a line item with both discount and hs_discount_percentage")
    product_id = draft.values.get("hs_product_id")
    if not product_id:
        return
    product = portal.of(PRODUCT).find(product_id)
    if product is None or product.archived is not None:
        if portal.switches["unknown_product"] == "400":
            message = f"{product_id} is not a product"
            draft.faults.append(Fault("hs_product_id", "INVALID_OPTION", message, product_id))
    elif draft.record is None:
        for name in COPIED:
            if name in product.properties:
                draft.values.setdefault(name, product.properties[name])


KindRule = Callable[[Portal, Store, Draft], None]
BY_KIND: dict[str, tuple[KindRule, ...]] = {
    CONTACT.type_id: (own_addresses, lifecycle, needed_to_create),
    COMPANY.type_id: (lifecycle, needed_to_create),
    LINE_ITEM.type_id: (line_item,),
    ORDER.type_id: (stage, needed_to_create),
}
