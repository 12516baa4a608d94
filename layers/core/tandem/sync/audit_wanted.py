"""What HubSpot should hold of an order or a customer, in normal values. Pure: no I/O, no clock."""

from collections.abc import Iterable, Mapping

from tandem.mapping.contacts import contact
from tandem.mapping.orders import OrderTarget
from tandem.mapping.stages import Rule, decide
from tandem.model import KEY, Node, Ref
from tandem.portal import Portal
from tandem.sync.compare import Wanted, normal
from tandem.sync.plan import line_key


def order_wanted(
    ref: Ref,
    target: OrderTarget,
    portal: Portal,
    rules: Iterable[Rule],
    ends: Mapping[str, str | None],
    products: Mapping[str, str],
) -> Wanted:
    """`ends` are HubSpot's ids of its contact and company, `products` those of products by SKU."""
    stage = decide(target.facts, rules, portal).stage
    values = {**target.properties, KEY: ref.key}
    if stage is not None:
        values |= {"hs_pipeline": portal.pipeline, "hs_pipeline_stage": stage}
    linkable = "hs_product_id" in portal.properties.get("line_items", {})
    lines = {}
    for id_, line in target.lines.items():
        product = products.get(line.sku) if linkable else None
        wanted = {**line.properties, KEY: line_key(ref, id_)} | ({"hs_product_id": product} if product else {})
        lines[id_] = normal(wanted, portal, "line_items")
    return Wanted(normal(values, portal, "orders"), lines, ends)


def contact_wanted(ref: Ref, node: Node, portal: Portal) -> Wanted:
    return Wanted(normal({**contact(node, portal), KEY: ref.key}, portal, "contacts"))
