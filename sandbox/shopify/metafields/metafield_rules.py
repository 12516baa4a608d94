"""Writing metafields: namespaces, all or nothing, compare-and-set, unique values (reference §4.8)."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sandbox.shopify.api.problems import Problem, Refused, refuse_any
from sandbox.shopify.metafields.metafield_definitions import (
    OWNER_TYPES,
    MetafieldDefinition,
    definition_of,
    name_problem,
)
from sandbox.shopify.metafields.metafield_values import type_problem, value_problem
from sandbox.shopify.model import Metafield
from sandbox.shopify.shop import Shop

STALE = "The resource has been updated since it was loaded. Try again with an updated `compareDigest` value."
FOREIGN = "Access to this namespace and key on Metafields for this resource type is not allowed."
_DIGEST = re.compile("[0-9a-f]{64}")
NOT_UNIQUE = "Value is already assigned to another metafield. Choose a different value to ensure it is unique."


@dataclass(frozen=True, slots=True)
class Planned:
    """One metafield that passed every check and only has to be written."""

    namespace: str
    key: str
    type: str
    value: str


def resolved_namespace(namespace: str | None, app_id: str) -> str:
    """ "$app" and no namespace are the app's own; "$app:loyalty" a part of it. Others stay."""
    if namespace is None or namespace == "$app":
        return f"app--{app_id}"
    if namespace.startswith("$app:"):
        return f"app--{app_id}--{namespace.removeprefix('$app:')}"
    return namespace


def is_foreign(namespace: str, app_id: str) -> bool:
    """Whether another app owns the namespace: neither shown nor written."""
    own = f"app--{app_id}"
    return namespace.startswith("app--") and namespace != own and not namespace.startswith(f"{own}--")


def digest(kind: str, value: str) -> str:
    """A `compareDigest`: 64 hexadecimal digits that follow the value (how Shopify works it out is not known)."""
    return hashlib.sha256(f"{kind}\0{value}".encode()).hexdigest()


def plan(shop: Shop, typename: str, owner: Any | None, given: Mapping[str, Any], app_id: str) -> Planned:
    """Check one metafield input for an owner, None while that is being made. Raises Refused."""
    namespace, key = resolved_namespace(given.get("namespace"), app_id), given.get("key") or ""
    definition = definition_of(shop, OWNER_TYPES[typename], namespace, key)
    present = _present(owner, namespace, key)
    refuse_any(_place_problems(namespace, key, app_id))
    kind = given.get("type") or (definition.type if definition else None)
    if kind is None:
        raise Refused(Problem(("type",), "Type can't be blank", "BLANK"))
    value = given.get("value")
    if problem := type_problem(kind) or value_problem(kind, "" if value is None else value):
        raise Refused(problem)
    assert value is not None
    refuse_any(_definition_problems(definition, kind, value, owner))
    if "compare_digest" in given:
        _compare(given["compare_digest"], present)
    return Planned(namespace, key, kind, value)


def _present(owner: Any | None, namespace: str, key: str) -> Metafield | None:
    metafields: dict[tuple[str, str], Metafield] | None = owner.metafields if owner is not None else None
    return (metafields or {}).get((namespace, key))


def _place_problems(namespace: str, key: str, app_id: str) -> Iterator[Problem]:
    if is_foreign(namespace, app_id):
        yield Problem(("namespace",), FOREIGN, "APP_NOT_AUTHORIZED")
    for name, text, shortest, longest in (("namespace", namespace, 3, 255), ("key", key, 2, 64)):
        if problem := name_problem(name, text, shortest, longest):
            yield problem


def _definition_problems(
    definition: MetafieldDefinition | None, kind: str, value: str, owner: Any | None
) -> Iterator[Problem]:
    if definition is None:
        if kind == "id":
            yield Problem(("type",), "Type id requires a metafield definition.", "INVALID_TYPE")
    elif kind != definition.type:
        yield Problem(("type",), f"Type must be {definition.type}, as its definition says.", "INVALID_TYPE")
    elif definition.unique and definition.holders.get(value) not in {None, owner.id if owner is not None else None}:
        yield Problem(("value",), NOT_UNIQUE, "TAKEN")


def _compare(asked: str | None, present: Metafield | None) -> None:
    """Compare-and-set: null means that there must be none yet (captures metafields-set-*)."""
    if asked is not None and not _DIGEST.fullmatch(asked):
        raise Refused(Problem(("compareDigest",), "The compareDigest is invalid.", "INVALID_COMPARE_DIGEST"))
    if asked != (present.compare_digest if present else None):
        raise Refused(Problem((), STALE, "STALE_OBJECT"))


def plan_all(
    shop: Shop, typename: str, owner: Any | None, given: Sequence[Mapping[str, Any]], app_id: str
) -> list[Planned]:
    """Check several inputs for one owner; paths begin with their index. Raises Refused with all problems."""
    planned: list[Planned] = []
    problems: list[Problem] = []
    for number, one in enumerate(given):
        try:
            planned.append(plan(shop, typename, owner, one, app_id))
        except Refused as refused:
            problems += refused.under(str(number)).problems
    refuse_any(problems)
    return planned


def write(shop: Shop, owner: Any, planned: Planned) -> tuple[Metafield, bool]:
    """Write what was planned. Returns the metafield and whether anything changed. The owner is not saved."""
    if owner.metafields is None:
        owner.metafields = {}
    place = (planned.namespace, planned.key)
    before: Metafield | None = owner.metafields.get(place)
    mark = digest(planned.type, planned.value)
    if before is not None and before.compare_digest == mark:
        return before, False
    if before is None:
        identity = (shop.new_id(), *place, planned.type, planned.value, mark)
        metafield = Metafield(*identity, owner.id, shop.now, shop.now)
    else:
        metafield = replace(before, type=planned.type, value=planned.value, compare_digest=mark, updated_at=shop.now)
        _release(shop, owner, before)
    owner.metafields[place] = metafield
    if (definition := definition_of(shop, OWNER_TYPES[owner.typename], *place)) and definition.unique:
        definition.holders[planned.value] = owner.id
    return metafield, True


def erase(shop: Shop, owner: Any, namespace: str, key: str) -> bool:
    """Delete a metafield; False if there was none."""
    before = (owner.metafields or {}).pop((namespace, key), None)
    if before is not None:
        _release(shop, owner, before)
    return before is not None


def release_all(shop: Shop, owner: Any) -> None:
    """Let others take the unique values of an owner that is deleted."""
    for metafield in (owner.metafields or {}).values():
        _release(shop, owner, metafield)


def _release(shop: Shop, owner: Any, metafield: Metafield) -> None:
    definition = definition_of(shop, OWNER_TYPES[owner.typename], metafield.namespace, metafield.key)
    if definition is not None and definition.holders.get(metafield.value) == owner.id:
        del definition.holders[metafield.value]
