"""Metafields and their definitions in the GraphQL schema."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any

from sandbox.shopify.api.access import check_write
from sandbox.shopify.api.connections import Connection, connection
from sandbox.shopify.api.context import Info, shop_of, user_error
from sandbox.shopify.api.problems import Problem, Refused, refuse_any, user_errors
from sandbox.shopify.api.schema import Resolver
from sandbox.shopify.companies import companies
from sandbox.shopify.customers import customers
from sandbox.shopify.metafields import metafield_definitions, metafield_rules
from sandbox.shopify.metafields.metafield_definitions import (
    OWNER_TYPES,
    MetafieldDefinition,
    claims,
    definition_of,
    definitions,
    metafields_of,
)
from sandbox.shopify.metafields.metafield_rules import Planned, is_foreign, plan, resolved_namespace
from sandbox.shopify.metafields.metafield_values import UNIQUE_ELIGIBLE, category, json_value
from sandbox.shopify.model import Metafield, kind_of
from sandbox.shopify.products import catalog
from sandbox.shopify.shop import Shop
from sandbox.shopify.unique import UniqueTable
from sandbox.simulator import NotModelled

Given = Mapping[str, Any]
Payload = dict[str, Any]

MOST = 25
"""Metafields in one metafieldsSet (documented)."""

TOUCH: dict[str, Callable[[Shop, Any], None]] = {
    "Company": companies.touched,
    "CompanyLocation": companies.location_touched,
    "Customer": customers.touched,
    "Product": catalog.touched,
    "ProductVariant": catalog.variant_touched,
}
"""What follows for an owner whose metafields changed: it moves, its topics fire. Orders add theirs."""


def metafield(owner: Any, info: Info, key: str, namespace: str | None = None) -> Metafield | None:
    """One metafield; another app's are not there."""
    app_id = info.context.access.app_id
    place = resolved_namespace(namespace, app_id)
    return None if is_foreign(place, app_id) else (owner.metafields or {}).get((place, key))


def metafields(
    owner: Any, info: Info, namespace: str | None = None, keys: Sequence[str] | None = None, **page: Any
) -> Connection:
    """All metafields that the app may see, by id."""
    app_id = info.context.access.app_id
    place = resolved_namespace(namespace, app_id) if namespace is not None else None
    wanted = {_key_place(key, app_id) for key in keys} if keys is not None else None
    found = [
        one
        for at, one in (owner.metafields or {}).items()
        if not is_foreign(at[0], app_id) and place in {None, at[0]} and (wanted is None or at in wanted)
    ]
    return connection(found, **page)


def _key_place(key: str, app_id: str) -> tuple[str, str]:
    """ "custom.size" or "$app:loyalty.tier"."""
    namespace, _, name = key.rpartition(".")
    return resolved_namespace(namespace or None, app_id), name


def metafields_set(_root: Any, info: Info, metafields: Sequence[Given]) -> Payload:
    """All or nothing, at most 25."""
    shop = shop_of(info)
    try:
        planned = _planned(shop, metafields, info)
    except Refused as refused:
        return {"metafields": [], "userErrors": user_errors(refused, elementIndex=None)}
    written, moved = [], {}
    for owner, one in planned:
        made, changed = metafield_rules.write(shop, owner, one)
        written.append(made)
        if changed:
            moved[owner.id] = owner
    for owner in moved.values():
        TOUCH[owner.typename](shop, owner)
    return {"metafields": written, "userErrors": []}


def _planned(shop: Shop, given: Sequence[Given], info: Info) -> list[tuple[Any, Planned]]:
    if len(given) > MOST:
        message = f"Exceeded the maximum metafields input limit of {MOST}."
        raise Refused(Problem(("metafields",), message, "LESS_THAN_OR_EQUAL_TO"))
    planned: list[tuple[Any, Planned]] = []
    problems: list[Problem] = []
    for number, one in enumerate(given):
        try:
            owner = _owner(shop, one["owner_id"])
            check_write(info.context, "metafieldsSet", owner)
            planned.append((owner, plan(shop, owner.typename, owner, one, info.context.access.app_id)))
        except Refused as refused:
            problems += refused.under("metafields", str(number)).problems
    refuse_any(problems)
    return planned


def _owner(shop: Shop, gid: str) -> Any:
    """Raises NotModelled for a kind of owner that the sandbox lacks: shops, drafts, articles and so on."""
    kind = kind_of(gid)
    if kind not in OWNER_TYPES:
        raise NotModelled(f"metafields of {kind}")
    if (owner := shop.node(gid)) is None:
        raise Refused(Problem(("ownerId",), "Owner does not exist.", "INVALID"))
    return owner


def metafields_delete(_root: Any, info: Info, metafields: Sequence[Given]) -> Payload:
    """Null stands for a metafield that was not there (schema 2026-10)."""
    shop, app_id = shop_of(info), info.context.access.app_id
    deleted: list[Payload | None] = []
    for one in metafields:
        namespace, key = resolved_namespace(one["namespace"], app_id), one["key"]
        try:
            owner = _owner(shop, one["owner_id"])
        except Refused:
            deleted.append(None)
            continue
        check_write(info.context, "metafieldsDelete", owner)
        if not is_foreign(namespace, app_id) and metafield_rules.erase(shop, owner, namespace, key):
            deleted.append({"ownerId": owner.id, "namespace": namespace, "key": key})
            TOUCH[owner.typename](shop, owner)
        else:
            deleted.append(None)
    return {"deletedMetafields": deleted, "userErrors": []}


def metafield_definition_create(_root: Any, info: Info, definition: Given) -> Payload:
    namespace = resolved_namespace(definition.get("namespace"), info.context.access.app_id)
    try:
        made = metafield_definitions.create(shop_of(info), namespace, definition)
    except Refused as refused:
        return {"createdDefinition": None, "userErrors": user_errors(refused)}
    return {"createdDefinition": made, "userErrors": []}


def metafield_definition_delete(
    _root: Any,
    info: Info,
    id: str | None = None,  # noqa: A002  the argument's name
    identifier: Given | None = None,
    delete_all_associated_metafields: bool = False,
) -> Payload:
    shop = shop_of(info)
    found = metafield_definition(_root, info, id, identifier)
    if found is None:
        error = user_error(["id"] if id else ["identifier"], "Definition not found.", "NOT_FOUND")
        return {"deletedDefinitionId": None, "userErrors": [error]}
    try:
        metafield_definitions.delete(shop, found, with_metafields=delete_all_associated_metafields)
    except Refused as refused:
        return {"deletedDefinitionId": None, "userErrors": user_errors(refused)}
    return {"deletedDefinitionId": found.id, "userErrors": []}


def metafield_definition(
    _root: Any,
    info: Info,
    id: str | None = None,  # noqa: A002
    identifier: Given | None = None,
) -> MetafieldDefinition | None:
    shop = shop_of(info)
    if identifier is not None:
        namespace = resolved_namespace(identifier.get("namespace"), info.context.access.app_id)
        return definition_of(shop, identifier["owner_type"], namespace, identifier["key"])
    found = shop.node(id) if id else None
    return found if isinstance(found, MetafieldDefinition) else None


def metafield_definitions_list(
    _root: Any, info: Info, owner_type: str, namespace: str | None = None, key: str | None = None, **page: Any
) -> Connection:
    app_id = info.context.access.app_id
    place = resolved_namespace(namespace, app_id) if namespace is not None else None
    found = [
        one
        for one in definitions(shop_of(info)).rows.values()
        if one.owner_type == owner_type
        and not is_foreign(one.namespace, app_id)
        and place in {None, one.namespace}
        and key in {None, one.key}
    ]
    return connection(found, **page)


def _capabilities(definition: MetafieldDefinition, _info: Info) -> Payload:
    return {"uniqueValues": {"enabled": definition.unique, "eligible": definition.type in UNIQUE_ELIGIBLE}}


def _definition(one: Metafield, info: Info) -> MetafieldDefinition | None:
    return definition_of(shop_of(info), _owner_type(one), one.namespace, one.key)


def _owner_type(one: Metafield) -> str:
    return OWNER_TYPES[kind_of(one.owner_id)]


def _find(shop: Shop, legacy_id: str) -> Metafield | None:
    """By looking through all owners: few ask for a metafield by its own id."""
    owners = chain.from_iterable(shop.tables[kind].rows.values() for kind in TOUCH)
    found = (one for owner in owners for one in (owner.metafields or {}).values())
    return next((one for one in found if one.legacy_resource_id == legacy_id), None)


def register(shop: Shop) -> None:
    shop.tables["MetafieldDefinition"] = UniqueTable(lambda _definition: {}, claims)
    shop.derived["Metafield"] = partial(_find, shop)


RESOLVERS: dict[str, Resolver] = {
    "Mutation.metafieldDefinitionCreate": metafield_definition_create,
    "Mutation.metafieldDefinitionDelete": metafield_definition_delete,
    "Mutation.metafieldsDelete": metafields_delete,
    "Mutation.metafieldsSet": metafields_set,
    "QueryRoot.metafieldDefinition": metafield_definition,
    "QueryRoot.metafieldDefinitions": metafield_definitions_list,
    "Metafield.definition": _definition,
    "Metafield.jsonValue": lambda one, _info: json_value(one.type, one.value),
    "Metafield.owner": lambda one, info: shop_of(info).node(one.owner_id),
    "Metafield.ownerType": lambda one, _info: _owner_type(one),
    "Metafield.sizeInBytes": lambda one, _info: len(one.value.encode()),
    "MetafieldDefinition.capabilities": _capabilities,
    "MetafieldDefinition.metafieldsCount": lambda one, info: len(metafields_of(shop_of(info), one)),
    "MetafieldDefinition.type": lambda one, _info: {"name": one.type, "category": category(one.type)},
    **{f"{owner}.metafield": metafield for owner in TOUCH},
    **{f"{owner}.metafields": metafields for owner in TOUCH},
}
