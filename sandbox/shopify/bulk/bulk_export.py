"""Runs the query of a bulk operation and writes what it finds as lines of JSON."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    Visitor,
    execute,
    parse,
    visit,
)

from sandbox.shopify.api.connections import WHOLE
from sandbox.shopify.api.context import Context
from sandbox.simulator import NotModelled

PAGE = 250
PAGING = {"first", "last", "after", "before"}
FRAME = parse("query ($after: String) { root(first: 250, after: $after) { pageInfo { hasNextPage endCursor } } }")


class ExportFailed(Exception):
    """A resolver refused: `code` is the operation's error code. What was written before stays."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Export:
    """What a run has written so far. `grouped` puts each child right after its parent; else a page's children follow
    the page's parents, or, `shuffled`, any order within the page.
    """

    grouped: bool
    shuffled: Random | None
    lines: list[bytes] = field(default_factory=list)
    roots: int = 0

    def read(self, document: DocumentNode, schema: GraphQLSchema, context: Context) -> None:
        """Walk every root connection page by page. Raises ExportFailed, NotModelled."""
        for run in pages(document, schema, context):
            found: list[tuple[bool, bytes]] = []
            for edge in run["edges"]:
                self.roots += 1
                found += _lines(edge["node"], None)
            self.lines += self._ordered(found)

    def _ordered(self, found: list[tuple[bool, bytes]]) -> list[bytes]:
        lines = [line for _, line in found]
        if self.grouped:
            return lines
        if self.shuffled is not None:
            self.shuffled.shuffle(lines)
            return lines
        return [line for root, line in found if root] + [line for root, line in found if not root]


def _lines(node: dict[str, Any], parent: str | None) -> Iterator[tuple[bool, bytes]]:
    """(whether it is a root, the line) of a node, then of the nodes of its connections."""
    children: list[tuple[str | None, dict[str, Any]]] = []
    line = _without_connections(node, node.get("id"), children)
    if parent is not None:
        line["__parentId"] = parent
    yield parent is None, json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode()
    for owner, child in children:
        yield from _lines(child, owner or "")


def _without_connections(
    value: dict[str, Any], owner: str | None, children: list[tuple[str | None, dict[str, Any]]]
) -> dict[str, Any]:
    """The object itself; the nodes of connections in it are put aside with the id of what holds them."""
    kept: dict[str, Any] = {}
    for name, entry in value.items():
        if isinstance(entry, dict) and "edges" in entry:
            children += [(owner, edge["node"]) for edge in entry["edges"]]
        elif isinstance(entry, dict):
            kept[name] = _without_connections(entry, entry.get("id", owner), children)
        else:
            kept[name] = entry
    return kept


def pages(document: DocumentNode, schema: GraphQLSchema, context: Context) -> Iterator[dict[str, Any]]:
    """Every page of every root connection, as executed. Raises ExportFailed, NotModelled."""
    for name, page_of in _paged(document):
        after: str | None = None
        more = True
        while more:
            result = _executed(schema, page_of, context, after)
            connection = result[name]
            yield connection
            more, after = connection["pageInfo"]["hasNextPage"], connection["pageInfo"]["endCursor"]


def _executed(schema: GraphQLSchema, document: DocumentNode, context: Context, after: str | None) -> dict[str, Any]:
    token = WHOLE.set(True)
    try:
        result = execute(schema, document, context_value=context, variable_values={"after": after})
    finally:
        WHOLE.reset(token)
    assert isinstance(result, ExecutionResult)
    for error in result.errors or ():
        if isinstance(error.original_error, NotModelled):
            raise error.original_error
        denied = (error.extensions or {}).get("code") == "ACCESS_DENIED"
        raise ExportFailed("ACCESS_DENIED" if denied else "INTERNAL_SERVER_ERROR")
    assert result.data is not None
    return result.data


class _Unpaged(Visitor):
    """Takes page arguments away: a bulk operation reads everything."""

    def enter_field(self, node: FieldNode, *_: Any) -> Any:
        given = node.arguments or ()
        kept = tuple(argument for argument in given if argument.name.value not in PAGING)
        return replace(node, arguments=kept) if node.selection_set is not None and len(kept) < len(given) else None


def _paged(document: DocumentNode) -> list[tuple[str, DocumentNode]]:
    """For each root connection its name in the answer, and a document that reads one page of it."""
    unpaged = visit(document, _Unpaged())
    [operation] = [node for node in unpaged.definitions if isinstance(node, OperationDefinitionNode)]
    others = tuple(node for node in unpaged.definitions if node is not operation)
    [frame] = [node for node in FRAME.definitions if isinstance(node, OperationDefinitionNode)]
    [paging] = [node for node in frame.selection_set.selections if isinstance(node, FieldNode)]
    assert paging.selection_set is not None
    found = []
    for root in operation.selection_set.selections:
        if not isinstance(root, FieldNode) or root.selection_set is None:
            raise NotModelled("a bulk query that spreads a fragment at its root")
        page_of = replace(
            root,
            arguments=(*(root.arguments or ()), *(paging.arguments or ())),
            selection_set=SelectionSetNode(
                selections=(*root.selection_set.selections, *paging.selection_set.selections)
            ),
        )
        one = replace(frame, selection_set=SelectionSetNode(selections=(page_of,)), directives=())
        name = root.alias.value if root.alias else root.name.value
        found.append((name, DocumentNode(definitions=(one, *others))))
    return found
