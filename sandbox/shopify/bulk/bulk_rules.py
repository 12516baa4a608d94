"""What a bulk query may ask for (reference §6), and how Shopify says that it may not."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
    parse,
)

from sandbox.shopify.api.errors import parse_error
from sandbox.shopify.api.validation import check_document
from sandbox.simulator import NotModelled

MAX_CONNECTIONS = 5
MAX_NESTING = 2


class BadBulkQuery(Exception):
    """A query that cannot be run in bulk; `messages` are those of its user errors."""

    def __init__(self, *messages: str) -> None:
        super().__init__(*messages)
        self.messages = messages


def checked(query: str, schema: GraphQLSchema) -> DocumentNode:
    """The document of a bulk query. Raises BadBulkQuery; NotModelled for a root field that is no connection."""
    try:
        document = parse(query)
    except GraphQLSyntaxError as error:
        what = parse_error(error)["message"].partition(" at [")[0]
        raise BadBulkQuery(f"Invalid bulk query: {what}") from None
    except RecursionError:
        raise BadBulkQuery("Invalid bulk query: too deep") from None
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if len(operations) != 1 or operations[0].operation is not OperationType.QUERY:
        raise BadBulkQuery("Only a single query operation can be run in bulk.")
    if faults := check_document(schema, document):
        raise BadBulkQuery(f"Invalid bulk query: {faults[0]['message']}")
    if operations[0].variable_definitions:
        raise BadBulkQuery("Bulk queries cannot declare variables.")
    shape = Shape(schema, {n.name.value: n for n in document.definitions if isinstance(n, FragmentDefinitionNode)})
    shape.read(operations[0])
    if messages := list(shape.messages()):
        raise BadBulkQuery(*messages)
    if shape.other_roots:
        raise NotModelled(f"a bulk query with the root field {shape.other_roots[0]}, which is no connection")
    return document


@dataclass(slots=True)
class Shape:
    """The connections of a query, and what is wrong with them."""

    schema: GraphQLSchema
    fragments: dict[str, FragmentDefinitionNode]
    connections: list[str] = field(default_factory=list)
    by_nodes: list[str] = field(default_factory=list)
    without_id: list[str] = field(default_factory=list)
    other_roots: list[str] = field(default_factory=list)
    too_deep: bool = False
    in_list: bool = False
    at_node: bool = False

    def read(self, operation: OperationDefinitionNode) -> None:
        root = self.schema.query_type
        assert root is not None
        for node, output in self._fields(operation.selection_set, root):
            if node.name.value in {"node", "nodes"}:
                self.at_node = True
            elif not _is_connection(output):
                self.other_roots.append(node.name.value)
            self._read(node, output, (), inside_list=False)

    def messages(self) -> Iterator[str]:
        """None at all is captured; five, lists and `id` are quoted by third parties; the other words are our own."""
        if self.by_nodes:
            names = ", ".join(self.by_nodes)
            yield f"Connection fields must be selected through 'edges' > 'node', not through 'nodes': {names}."
        if self.at_node:
            yield "The root fields 'node' and 'nodes' cannot be used in a bulk query."
        if len(self.connections) > MAX_CONNECTIONS:
            yield f"Bulk queries cannot contain more than {MAX_CONNECTIONS} connections."
        if self.in_list:
            yield "Queries that contain a connection field within a list field are not currently supported."
        if self.too_deep:
            yield f"Connections can be nested {MAX_NESTING} deep in a bulk query, no further."
        if self.without_id:
            names = ", ".join(dict.fromkeys(self.without_id))
            yield (
                "The parent 'node' field for a nested connection must select the 'id' field without an alias and must "
                f"be of 'ID' return type. Connection fields without 'id': {names}."
            )
        if not self.connections:
            yield "Bulk queries must contain at least one connection."

    def _read(
        self, node: FieldNode, output: GraphQLOutputType, above: tuple[tuple[str, bool], ...], *, inside_list: bool
    ) -> None:
        """`above`: the connections around this field, each with whether its node selects `id`."""
        named = get_named_type(output)
        if node.selection_set is None or not isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
            return
        name = node.name.value
        if not _is_connection(output):
            listed = inside_list or _is_list(output)
            for below, below_output in self._fields(node.selection_set, named):
                self._read(below, below_output, above, inside_list=listed)
            return
        self.connections.append(name)
        self.in_list = self.in_list or inside_list
        self.too_deep = self.too_deep or len(above) > MAX_NESTING
        if above and not above[-1][1]:
            self.without_id.append(above[-1][0])
        fields = list(self._node_fields(node.selection_set, named))
        if not fields or any(below.name.value == "nodes" for below, _ in self._fields(node.selection_set, named)):
            self.by_nodes.append(name)
        has_id = any(below.name.value == "id" and below.alias is None for below, _ in fields)
        for below, below_output in fields:
            self._read(below, below_output, (*above, (name, has_id)), inside_list=False)

    def _node_fields(
        self, selected: SelectionSetNode, connection: GraphQLObjectType | GraphQLInterfaceType
    ) -> Iterator[tuple[FieldNode, GraphQLOutputType]]:
        """What is asked of a connection's nodes, through edges or nodes."""
        for outer, outer_output in self._fields(selected, connection):
            edge = get_named_type(outer_output)
            if outer.selection_set is None or not isinstance(edge, GraphQLObjectType | GraphQLInterfaceType):
                continue
            if outer.name.value == "nodes":
                yield from self._fields(outer.selection_set, edge)
            elif outer.name.value == "edges":
                for inner, inner_output in self._fields(outer.selection_set, edge):
                    found = get_named_type(inner_output)
                    if inner.selection_set and isinstance(found, GraphQLObjectType | GraphQLInterfaceType):
                        yield from self._fields(inner.selection_set, found)

    def _fields(
        self, selected: SelectionSetNode, parent: GraphQLObjectType | GraphQLInterfaceType
    ) -> Iterator[tuple[FieldNode, GraphQLOutputType]]:
        """Fields with their types, fragments opened."""
        return chain.from_iterable(self._opened(node, parent) for node in selected.selections)

    def _opened(
        self, node: object, parent: GraphQLObjectType | GraphQLInterfaceType
    ) -> Iterator[tuple[FieldNode, GraphQLOutputType]]:
        match node:
            case FieldNode():
                if node.name.value in parent.fields:
                    yield node, parent.fields[node.name.value].type
            case FragmentSpreadNode():
                fragment = self.fragments[node.name.value]
                yield from self._fields(fragment.selection_set, self._type(fragment.type_condition.name.value, parent))
            case InlineFragmentNode():
                condition = node.type_condition.name.value if node.type_condition else parent.name
                yield from self._fields(node.selection_set, self._type(condition, parent))

    def _type(
        self, name: str, parent: GraphQLObjectType | GraphQLInterfaceType
    ) -> GraphQLObjectType | GraphQLInterfaceType:
        found = self.schema.type_map[name]
        return found if isinstance(found, GraphQLObjectType | GraphQLInterfaceType) else parent


def _is_connection(output: GraphQLOutputType) -> bool:
    return get_named_type(output).name.endswith("Connection")


def _is_list(output: GraphQLOutputType) -> bool:
    while isinstance(output, GraphQLNonNull):
        output = output.of_type
    return isinstance(output, GraphQLList)
