"""What a document costs in points: before it runs, and by what came back (reference §5, rules fitted to captures).

`Priced` is the plan of one operation: only the fields that can cost something. Both prices are read off it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil, floor, log
from typing import Any

from graphql import FieldNode, GraphQLNamedType, GraphQLSchema, OperationDefinitionNode, OperationType, is_abstract_type

from sandbox.shopify.api.cost_rules import (
    DEAR_MUTATIONS,
    MUTATION,
    Flattened,
    Fragments,
    input_price,
    is_connection,
    own_price,
    page_size,
    type_of,
)

CONNECTION = 2


def pages(size: int) -> int:
    """What a page of `size` objects multiplies by: 1 → 1, 10 → 4, 50 → 7, 250 → 11; nothing for an empty one."""
    return max(1, floor(2 * log(size))) if size > 0 else 0


@dataclass(slots=True)
class Priced:
    """One field of the answer. `own`: points by itself; `size`: page arguments of a connection; `children` by type."""

    key: str
    node: FieldNode
    own: int
    connection: bool
    size: Mapping[str, Any]
    children: dict[str, list["Priced"]] = field(default_factory=dict)
    abstract: bool = False

    @property
    def name(self) -> str:
        return self.node.name.value

    def branch(self, value: Mapping[str, Any]) -> list["Priced"]:
        """The children that this value has: of an interface or union, those of its type."""
        if not self.abstract:
            return next(iter(self.children.values()), [])
        if (named := value.get("__typename")) in self.children:
            return self.children[named]
        fitting = [fields for fields in self.children.values() if all(one.key in value for one in fields)]
        return max(fitting, key=len, default=[])


class Plan:
    """The prices of one operation. Costs of `nodes(ids:)` do not depend on the number of ids (captured to 8)."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: Fragments) -> None:
        self._flat = Flattened(schema, fragments)
        self._schema = schema
        root = schema.get_root_type(operation.operation)
        assert root is not None
        self._mutation = operation.operation is OperationType.MUTATION
        self.roots = self._fields([operation.selection_set], root, free=self._mutation)

    def _fields(self, chosen: list[Any], parent: GraphQLNamedType, *, free: bool = False) -> list[Priced]:
        """`free`: these are mutations, whose payload and the objects in it are part of the price."""
        found = []
        for key, nodes in self._flat.fields(chosen, parent).items():
            named = type_of(self._schema, nodes[0], parent)
            if named is None or nodes[0].selection_set is None or nodes[0].name.value in {"userErrors", "pageInfo"}:
                continue
            own = 0 if free else own_price(self._schema, parent, nodes[0].name.value, named)
            priced = Priced(key, nodes[0], own, is_connection(named), page_size(nodes[0]))
            self._open(priced, [node.selection_set for node in nodes], named, free)
            found.append(priced)
        return found

    def _open(self, priced: Priced, chosen: list[Any], named: GraphQLNamedType, payload: bool) -> None:
        priced.abstract = is_abstract_type(named)
        branches = self._schema.get_possible_types(named) if priced.abstract else [named]  # type: ignore[arg-type]  # just checked
        for one in branches:
            children = self._fields(chosen, one)
            if payload:
                for child in children:
                    child.own = 0
            if children or not priced.abstract:
                priced.children[one.name] = children

    def requested(self, variables: Mapping[str, Any]) -> int:
        """Points taken from the bucket before the operation runs."""
        return sum(self._base(root, variables) + self._requested(root, variables) for root in self.roots)

    def _base(self, root: Priced, variables: Mapping[str, Any]) -> int:
        if not self._mutation:
            return 0
        return DEAR_MUTATIONS.get(root.name, MUTATION) + input_price(root.node, variables)

    def _requested(self, priced: Priced, variables: Mapping[str, Any]) -> int:
        if not priced.connection:
            return priced.own + self._dearest(priced, variables)
        total = CONNECTION
        size = asked(priced.size, variables)
        for child in next(iter(priced.children.values())):
            if child.name in {"nodes", "edges"}:
                total += pages(size) * (1 + self._dearest(_node(child), variables))
            else:
                total += self._requested(child, variables)
        return total

    def _dearest(self, priced: Priced, variables: Mapping[str, Any]) -> int:
        return max((sum(self._requested(one, variables) for one in b) for b in priced.children.values()), default=0)

    def actual(self, data: Mapping[str, Any] | None, variables: Mapping[str, Any]) -> int:
        """Points by what came back: null fields count, parts of a page count by share, rounded up (inferred from
        captures: exact in six of seven, else off by one or two).
        """
        tally = _Tally(variables)
        total = float(sum(self._base(root, variables) for root in self.roots))
        for root in self.roots:
            tally.add(root, [data.get(root.key) if data else None], 1.0)
        return ceil(total + tally.objects - 1e-9) + tally.connections

    def breakdown(self, variables: Mapping[str, Any]) -> list[dict[str, Any]]:
        """`fields` of the cost, shown on request (header Shopify-GraphQL-Cost-Debug): below a page, for one object."""
        told: list[dict[str, Any]] = []
        for root in self.roots:
            self._tell(root, [], variables, told, self._base(root, variables), 1)
        return told

    def _tell(
        self,
        priced: Priced,
        path: list[str],
        variables: Mapping[str, Any],
        told: list[dict[str, Any]],
        base: int,
        times: int,
    ) -> None:
        here = [*path, priced.key]
        own = base + times * (CONNECTION if priced.connection else priced.own)
        total = base + times * self._requested(priced, variables)
        told.append(
            {"path": here, "definedCost": own, "requestedTotalCost": total, "requestedChildrenCost": total - own}
        )
        times = pages(asked(priced.size, variables)) if priced.connection else 1
        for children in priced.children.values():
            for child in children:
                paged = priced.connection and child.name in {"nodes", "edges"}
                self._tell(child, here, variables, told, 0, times if paged else 1)


def _node(child: Priced) -> Priced:
    """`edges` costs what the node in it costs."""
    if child.name == "nodes":
        return child
    inside = next(iter(child.children.values()))
    return next((one for one in inside if one.name == "node"), Priced("node", child.node, 0, False, {}))


def asked(size: Mapping[str, Any], variables: Mapping[str, Any]) -> int:
    """The page size of a connection: a literal, or the value of a variable."""
    for value in size.values():
        number = variables.get(value) if isinstance(value, str) else value
        if isinstance(number, int):
            return number
    return 0


class _Tally:
    """Adds up an answer, field by field. `objects` gathers shares; connections are rounded up one by one."""

    def __init__(self, variables: Mapping[str, Any]) -> None:
        self.variables = variables
        self.objects = 0.0
        self.connections = 0

    def add(self, priced: Priced, values: list[Any], share: float) -> None:
        """`values`: what the field is in each of its parents; `share`: what one of them weighs."""
        if priced.connection:
            self._connection(priced, values, share)
            return
        self.objects += priced.own * share * len(values)
        present: list[Any] = []
        for value in values:
            if isinstance(value, list):
                present += [item for item in value if item is not None][:1]
            elif value is not None:
                present.append(value)
        self._children(priced, present, share)

    def _children(self, priced: Priced, values: list[Any], share: float) -> None:
        groups: dict[int, tuple[list[Priced], list[Any]]] = {}
        for value in values:
            branch = priced.branch(value)
            groups.setdefault(id(branch), (branch, []))[1].append(value)
        for branch, own in groups.values():
            for child in branch:
                self.add(child, [value.get(child.key) for value in own], share)

    def _connection(self, priced: Priced, values: list[Any], share: float) -> None:
        self.connections += ceil(CONNECTION * share * len(values) - 1e-9)
        present = [value for value in values if value is not None]
        size = asked(priced.size, self.variables)
        for child in next(iter(priced.children.values())):
            if child.name not in {"nodes", "edges"}:
                self.add(child, [value.get(child.key) for value in present], share)
            elif size:
                self._page(child, [value.get(child.key) or [] for value in present], share, size)

    def _page(self, child: Priced, pages_: list[list[Any]], share: float, size: int) -> None:
        """An empty list of `nodes` costs as a full one without children, an empty list of `edges` nothing."""
        items = [item for one in pages_ for item in one]
        each = share * pages(size) / size
        outer, self.objects = self.objects, each * len(items)
        if child.name == "nodes":
            self.objects += share * pages(size) * sum(not one for one in pages_)
        else:
            items = [item.get(_node(child).key) for item in items]
        self._children(_node(child), [item for item in items if item is not None], each)
        self.connections += ceil(self.objects - 1e-9)
        self.objects = outer
