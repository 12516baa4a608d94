"""productDelete: at once, or by an operation to be polled (capture product-delete-async-operation)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.shopify.api.admin import shop_fields
from sandbox.shopify.api.context import Info, shop_of
from sandbox.shopify.api.problems import Problem, Refused, user_errors
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.model import Node
from sandbox.shopify.products.catalog import delete_product, product_by_id
from sandbox.shopify.products.product_model import Product
from sandbox.shopify.shop import Shop

GONE_SECONDS = 1.0
COMPLETE_SECONDS = 2.0
"""After these the product is gone, and the operation says so; in between it is ACTIVE and already names it."""


@dataclass(slots=True, eq=False)
class ProductDeleteOperation(Node):
    typename = "ProductDeleteOperation"
    legacy_resource_id: str
    target: Product
    status: str = "ACTIVE"
    deleted_product_id: str | None = None

    @property
    def product(self) -> Product | None:
        return None if self.deleted_product_id else self.target


def start_deletion(shop: Shop, product: Product) -> ProductDeleteOperation:
    """Delete in a moment. The answer to this call says CREATED, every later one ACTIVE or COMPLETE (captured)."""
    operation = ProductDeleteOperation(shop.new_id(), product)
    shop.table("ProductDeleteOperation").rows[operation.legacy_resource_id] = operation
    product.busy = True
    shop.clock.call_later(GONE_SECONDS, lambda: _delete(shop, operation))
    shop.clock.call_later(COMPLETE_SECONDS, lambda: setattr(operation, "status", "COMPLETE"))
    return operation


def _delete(shop: Shop, operation: ProductDeleteOperation) -> None:
    operation.deleted_product_id = operation.target.id
    delete_product(shop, operation.target)


def refuse_busy(product: Product) -> None:
    """Raise Refused while an operation on the product is under way."""
    if product.busy:
        text = "Another operation already in progress. Please wait until current one is finished."
        raise Refused(Problem(None, text))


def _product_delete(
    _root: Any,
    info: Info,
    input: Mapping[str, Any],  # noqa: A002  the argument's name in Shopify's schema
    synchronous: bool | None = True,
) -> dict[str, Any]:
    shop = shop_of(info)
    payload: dict[str, Any] = {
        "deletedProductId": None,
        "productDeleteOperation": None,
        "shop": shop_fields(shop),
        "userErrors": [],
    }
    product = product_by_id(shop, input["id"])
    try:
        if product is None:
            raise Refused(Problem(("id",), "Product does not exist"))
        refuse_busy(product)
    except Refused as refused:
        return {**payload, "userErrors": user_errors(refused)}
    if synchronous is not False:
        delete_product(shop, product)
        return {**payload, "deletedProductId": product.id}
    operation = start_deletion(shop, product)
    told = {"id": operation.id, "status": "CREATED", "deletedProductId": None, "product": product}
    return {**payload, "productDeleteOperation": told}


def _operation(_root: Any, info: Info, id: str) -> Any:  # noqa: A002
    found = shop_of(info).node(id)
    return found if found is not None and found.typename in {"ProductDeleteOperation", "ProductSetOperation"} else None


RESOLVERS: dict[str, Resolver] = {
    "Mutation.productDelete": _product_delete,
    "QueryRoot.productOperation": _operation,
    "ProductDeleteOperation.userErrors": lambda _operation, _info: [],
}


def register(shop: Shop) -> None:
    shop.add_table("ProductDeleteOperation", lambda _operation: {})
