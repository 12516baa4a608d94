"""Metafield definitions, and the unique values some of them guard (capture customer-set-custom-id)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sandbox.shopify.api.problems import Problem, Refused
from sandbox.shopify.metafields.metafield_values import UNIQUE_ELIGIBLE, type_problem
from sandbox.shopify.model import Node
from sandbox.shopify.shop import Shop
from sandbox.shopify.unique import UniqueTable

OWNER_TYPES = {
    "Company": "COMPANY",
    "CompanyLocation": "COMPANY_LOCATION",
    "Customer": "CUSTOMER",
    "Order": "ORDER",
    "Product": "PRODUCT",
    "ProductVariant": "PRODUCTVARIANT",
}
"""GraphQL type of an owner -> its word in MetafieldOwnerType."""

LABELS = {"COMPANY_LOCATION": "CompanyLocation", "PRODUCTVARIANT": "ProductVariant"}


@dataclass(slots=True, eq=False)
class MetafieldDefinition(Node):
    """What metafields of one owner type, namespace and key hold. `holders`: unique value -> global id of its owner."""

    typename = "MetafieldDefinition"
    legacy_resource_id: str
    namespace: str
    key: str
    owner_type: str
    name: str
    type: str
    created_at: datetime
    updated_at: datetime
    unique: bool
    description: str | None = None
    holders: dict[str, str] = field(default_factory=dict)


def definitions(shop: Shop) -> UniqueTable[MetafieldDefinition]:
    return cast(UniqueTable[MetafieldDefinition], shop.tables["MetafieldDefinition"])


def claims(definition: MetafieldDefinition) -> Iterator[tuple[str, str]]:
    yield definition.owner_type, f"{definition.namespace}.{definition.key}"


def definition_of(shop: Shop, owner_type: str, namespace: str, key: str) -> MetafieldDefinition | None:
    return definitions(shop).holder(owner_type, f"{namespace}.{key}")


def create(shop: Shop, namespace: str, given: Mapping[str, Any]) -> MetafieldDefinition:
    """Make a definition; `namespace` is the resolved one. Raises Refused.

    Type `id` has unique values unless that is switched off, which is an error; metafields that are there already
    come under the definition if their type agrees.
    """
    owner_type, key, kind = given["owner_type"], given["key"], given["type"]
    if problem := type_problem(kind):
        raise Refused(problem).under("definition")
    for name, text, shortest, longest in (("namespace", namespace, 3, 255), ("key", key, 2, 64)):
        if problem := name_problem(name, text, shortest, longest):
            raise Refused(problem).under("definition")
    wanted = ((given.get("capabilities") or {}).get("unique_values") or {}).get("enabled")
    if kind == "id" and wanted is False:
        message = "Capability unique_values is required for type id but is disabled"
        raise Refused(Problem(("definition",), message, "CAPABILITY_REQUIRED_BUT_DISABLED"))
    if wanted and kind not in UNIQUE_ELIGIBLE:
        message = f"Capability unique_values is not valid for type {kind}"
        raise Refused(Problem(("definition",), message, "INVALID_CAPABILITY"))
    if definition_of(shop, owner_type, namespace, key):
        owners = LABELS.get(owner_type, owner_type.capitalize())
        message = f"Key is in use for {owners} metafields on the '{namespace}' namespace."
        raise Refused(Problem(("definition", "key"), message, "TAKEN"))
    unique = kind == "id" or bool(wanted)
    definition = MetafieldDefinition(
        shop.new_id(),
        namespace,
        key,
        owner_type,
        given["name"],
        kind,
        shop.now,
        shop.now,
        unique,
        given.get("description"),
    )
    for owner in owners_of(shop, owner_type):
        if unique and (metafield := (owner.metafields or {}).get((namespace, key))) and metafield.type == kind:
            definition.holders[metafield.value] = owner.id
    shop.save(definition)
    return definition


def name_problem(name: str, text: str, shortest: int, longest: int) -> Problem | None:
    """What is wrong with a namespace or key (limits: schema 2026-10; wording inferred)."""
    label = name.capitalize()
    if len(text) < shortest:
        return Problem((name,), f"{label} is too short (minimum is {shortest} characters)", "TOO_SHORT")
    if len(text) > longest:
        return Problem((name,), f"{label} is too long (maximum is {longest} characters)", "TOO_LONG")
    if not all(sign.isascii() and (sign.isalnum() or sign in "-_") for sign in text):
        return Problem((name,), f"{label} contains one or more invalid characters.", "INVALID")
    return None


def owners_of(shop: Shop, owner_type: str) -> list[Any]:
    """Every record that can hold metafields of a type."""
    typename = next(name for name, word in OWNER_TYPES.items() if word == owner_type)
    table = shop.tables.get(typename)
    return list(table.rows.values()) if table else []


def delete(shop: Shop, definition: MetafieldDefinition, *, with_metafields: bool) -> None:
    """Delete a definition, its metafields too if asked; `id` definitions demand it. Raises Refused."""
    if definition.type == "id" and not with_metafields:
        message = "Deleting an id type metafield definition requires deletion of its associated metafields."
        raise Refused(Problem(None, message, "ID_TYPE_DELETION_ERROR"))
    shop.remove(definition)
    if with_metafields:
        for owner in owners_of(shop, definition.owner_type):
            if owner.metafields:
                owner.metafields.pop((definition.namespace, definition.key), None)


def metafields_of(shop: Shop, definition: MetafieldDefinition) -> list[Any]:
    place = (definition.namespace, definition.key)
    owners = owners_of(shop, definition.owner_type)
    return [owner.metafields[place] for owner in owners if owner.metafields and place in owner.metafields]
