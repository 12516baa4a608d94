"""tagsAdd and tagsRemove, for whatever has tags."""

from collections.abc import Callable, Sequence
from typing import Any

from sandbox.shopify.api.access import check_write
from sandbox.shopify.api.context import Info, shop_of, user_error
from sandbox.shopify.api.problems import Refused, user_errors
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.customers import customers
from sandbox.shopify.metafields.tags import normal_tags, tag_problem, with_tags, without_tags
from sandbox.shopify.model import kind_of
from sandbox.shopify.products import catalog
from sandbox.shopify.shop import Shop
from sandbox.simulator import NotModelled

Tags = tuple[str, ...]
Payload = dict[str, Any]


def _tag_customer(shop: Shop, customer: Any, tags: Tags) -> None:
    customers.apply(shop, customer, {"tags": tags})


def _tag_product(shop: Shop, product: Any, tags: Tags) -> None:
    catalog.update_product(shop, product, tags=tags)


TAGGED: dict[str, Callable[[Shop, Any, Tags], None]] = {
    "Customer": _tag_customer,
    "Product": _tag_product,
}
"""GraphQL type -> what keeps the new tags and fires the topics; not called when they are as before. Orders add theirs.
"""

NOT_MODELLED = frozenset({"Article", "DiscountAutomaticNode", "DiscountCodeNode", "DiscountNode", "DraftOrder"})
"""What else has tags in Shopify."""


def tags_add(_root: Any, info: Info, id: str, tags: Sequence[str]) -> Payload:  # noqa: A002  the argument's name
    return _tag(info, "tagsAdd", id, tags, with_tags)


def tags_remove(_root: Any, info: Info, id: str, tags: Sequence[str]) -> Payload:  # noqa: A002
    return _tag(info, "tagsRemove", id, tags, without_tags)


def _tag(
    info: Info, mutation: str, gid: str, tags: Sequence[str], change: Callable[[Tags, Sequence[str]], Tags]
) -> Payload:
    """The wording for what is not there, or has no tags, is inferred."""
    shop, kind = shop_of(info), kind_of(gid)
    if kind in NOT_MODELLED:
        raise NotModelled(f"tags of {kind}")
    node, keep = shop.node(gid), TAGGED.get(kind)
    if node is None or keep is None:
        return {"node": None, "userErrors": [user_error(["id"], f"{kind} does not exist")]}
    check_write(info.context, mutation, node)
    after = change(node.tags, tags)
    if problem := tag_problem(normal_tags(tags)) or tag_problem(after):
        return {"node": None, "userErrors": user_errors(Refused(problem))}
    if after != node.tags:
        keep(shop, node, after)
    return {"node": node, "userErrors": []}


def register(shop: Shop) -> None:
    """Tags have no table of their own."""


RESOLVERS: dict[str, Resolver] = {
    "Mutation.tagsAdd": tags_add,
    "Mutation.tagsRemove": tags_remove,
}
