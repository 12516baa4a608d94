"""Checks a document against the schema with graphql-ruby's rules, wording and codes, all faults in one answer.

Captured rules: undefinedField, selectionMismatch, missingRequiredArguments, argumentLiteralsIncompatible. The others
follow graphql-ruby, which Shopify runs (inferred).
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    do_types_overlap,
    get_named_type,
    is_composite_type,
    is_leaf_type,
    print_ast,
)

from sandbox.shopify.api.errors import Error, static_error
from sandbox.shopify.api.validation_arguments import check_arguments, check_required
from sandbox.shopify.api.validation_merging import merge_conflicts
from sandbox.shopify.api.validation_variables import Uses, check_uses, check_variables


class Check:
    """The walk through one document. `path` is what graphql-ruby shows: "query Name", then response names."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self.schema = schema
        self.document = document
        self.errors: list[Error] = []
        self.path: list[str] = []
        self.operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
        self.fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self.uses = Uses()

    def fault(self, message: str, nodes: Sequence[Node], code: str, **extensions: object) -> None:
        self.errors.append(static_error(message, nodes, self.path, code, **extensions))

    @contextmanager
    def at(self, step: str) -> Iterator[None]:
        self.path.append(step)
        yield
        self.path.pop()

    def run(self) -> list[Error]:
        self.operation_names()
        for operation in self.operations:
            self.operation(operation)
        for fragment in self.fragments.values():
            self.fragment(fragment)
        self.fragment_uses()
        check_uses(self)
        return self.errors or merge_conflicts(self.schema, self.document)

    def operation_names(self) -> None:
        names = [operation.name.value if operation.name else None for operation in self.operations]
        if len(names) > 1 and None in names:
            nodes = [operation for operation in self.operations if operation.name is None]
            message = "Operation name is required when multiple operations are present"
            self.fault(message, nodes, "uniquelyNamedOperations")
        for name in dict.fromkeys(name for name in names if name is not None and names.count(name) > 1):
            nodes = [operation for operation in self.operations if operation.name and operation.name.value == name]
            message = f'Operation name "{name}" must be unique'
            self.fault(message, nodes, "uniquelyNamedOperations", operationName=name)

    def operation(self, operation: OperationDefinitionNode) -> None:
        root = self.schema.get_root_type(operation.operation)
        with self.at(operation_step(operation)):
            if root is None:
                message = f"Schema is not configured for {operation.operation.value}s"
                self.fault(message, [operation], "missingRootConfiguration")
                return
            self.uses.begin(operation, self.path)
            check_variables(self, operation)
            self.directives(operation.directives)
            self.selections(operation.selection_set, root)

    def fragment(self, fragment: FragmentDefinitionNode) -> None:
        with self.at(f"fragment {fragment.name.value}"):
            self.uses.begin(fragment, self.path)
            condition = self.condition(fragment.type_condition.name.value, fragment)
            self.directives(fragment.directives)
            if condition is not None:
                self.selections(fragment.selection_set, condition)

    def condition(self, name: str, node: Node) -> GraphQLNamedType | None:
        """The type of a fragment, if it can be one."""
        named = self.schema.type_map.get(name)
        if named is None:
            self.fault(
                f"No such type {name}, so it can't be a fragment condition", [node], "undefinedType", typeName=name
            )
            return None
        if not is_composite_type(named):
            message = f"Invalid fragment on type {name} (must be Union, Interface or Object)"
            self.fault(message, [node], "fragmentOnNonCompositeType", typeName=name)
            return None
        return named

    def selections(self, chosen: SelectionSetNode, parent: GraphQLNamedType) -> None:
        for node in chosen.selections:
            match node:
                case FieldNode():
                    self.field(node, parent)
                case InlineFragmentNode():
                    self.inline(node, parent)
                case FragmentSpreadNode():
                    self.spread(node, parent)

    def field(self, node: FieldNode, parent: GraphQLNamedType) -> None:
        name = node.name.value
        with self.at(node.alias.value if node.alias else name):
            field = self.schema.get_field(parent, name) if is_composite_type(parent) else None
            if field is None:
                message = f"Field '{name}' doesn't exist on type '{parent.name}'"
                self.fault(message, [node], "undefinedField", typeName=parent.name, fieldName=name)
                return
            if self.selection_fault(node, field):
                return
            check_required(self, "Field", name, field.args, node)
            check_arguments(self, "Field", name, field.args, node.arguments, node)
            self.directives(node.directives)
            if node.selection_set is not None:
                self.selections(node.selection_set, get_named_type(field.type))

    def selection_fault(self, node: FieldNode, field: GraphQLField) -> bool:
        named, name = get_named_type(field.type), node.name.value
        about = f"field '{name}'"
        if is_leaf_type(named) and node.selection_set is not None:
            kind = "enum" if type(named).__name__ == "GraphQLEnumType" else "scalar"
            chosen = ", ".join(_shown(selection) for selection in node.selection_set.selections)
            message = (
                f"Selections can't be made on {kind}s ({about} returns {named.name} but has selections [{chosen}])"
            )
        elif not is_leaf_type(named) and node.selection_set is None:
            hint = f"Did you mean '{name} {{ ... }}'?"
            message = f"Field must have selections ({about} returns {named.name} but has no selections. {hint})"
        else:
            return False
        self.fault(message, [node], "selectionMismatch", nodeName=about, typeName=named.name)
        return True

    def inline(self, node: InlineFragmentNode, parent: GraphQLNamedType) -> None:
        step = f"... on {node.type_condition.name.value}" if node.type_condition else "..."
        with self.at(step):
            condition = parent
            if node.type_condition is not None:
                named = self.condition(node.type_condition.name.value, node)
                if named is None:
                    return
                self.spreadable(node, named, parent, None)
                condition = named
            self.directives(node.directives)
            self.selections(node.selection_set, condition)

    def spread(self, node: FragmentSpreadNode, parent: GraphQLNamedType) -> None:
        name = node.name.value
        with self.at(f"... {name}"):
            self.uses.spread(node, self.path)
            self.directives(node.directives)
            if (fragment := self.fragments.get(name)) is not None:
                named = self.schema.type_map.get(fragment.type_condition.name.value)
                if named is not None:
                    self.spreadable(node, named, parent, name)

    def spreadable(self, node: Node, inner: GraphQLNamedType, outer: GraphQLNamedType, name: str | None) -> None:
        if not is_composite_type(inner) or not is_composite_type(outer) or do_types_overlap(self.schema, inner, outer):
            return
        whose = f"{name} on {inner.name}" if name else f"on {inner.name}"
        message = f"Fragment {whose} can't be spread inside {outer.name}"
        more = {"typeName": inner.name, "fragmentName": name or "unknown", "parentName": outer.name}
        self.fault(message, [node], "cannotSpreadFragment", **more)

    def directives(self, nodes: Iterable[DirectiveNode] | None) -> None:
        for node in nodes or ():
            name = node.name.value
            with self.at(f"@{name}"):
                directive = self.schema.get_directive(name)
                if directive is None:
                    self.fault(f"Directive @{name} is not defined", [node], "undefinedDirective", directiveName=name)
                    continue
                check_required(self, "Directive", name, directive.args, node)
                check_arguments(self, "Directive", name, directive.args, node.arguments, node)

    def fragment_uses(self) -> None:
        for scope in self.uses.scopes:
            for node, path in scope.spreads:
                if (name := node.name.value) not in self.fragments:
                    self.path = list(path)
                    message = f"Fragment {name} was used, but not defined"
                    self.fault(message, [node], "useAndDefineFragment", fragmentName=name)
            reached = self.uses.reached_from(scope)
            if isinstance(scope.node, FragmentDefinitionNode) and (name := scope.node.name.value) in reached:
                self.path = list(scope.path)
                self.fault(
                    f"Fragment {name} contains an infinite loop", [scope.node], "infiniteLoop", fragmentName=name
                )
        self.unused_fragments()
        self.path = []

    def unused_fragments(self) -> None:
        operations = [scope for scope in self.uses.scopes if isinstance(scope.node, OperationDefinitionNode)]
        used = {name for scope in operations for name in self.uses.reached_from(scope)}
        for name, fragment in self.fragments.items():
            if name not in used:
                self.path = [f"fragment {name}"]
                message = f"Fragment {name} was defined, but not used"
                self.fault(message, [fragment], "useAndDefineFragment", fragmentName=name)


def operation_step(operation: OperationDefinitionNode) -> str:
    kind = operation.operation.value
    return f"{kind} {operation.name.value}" if operation.name else kind


def _shown(selection: Node) -> str:
    match selection:
        case InlineFragmentNode():
            return f'"... on {print_ast(selection.type_condition) if selection.type_condition else ""} {{ ... }}"'
        case FieldNode() | FragmentSpreadNode():
            return f'"{selection.name.value}"'
    raise AssertionError(f"not a selection: {selection.kind}")


def check_document(schema: GraphQLSchema, document: DocumentNode) -> list[Error]:
    """Every fault of a document, in the order graphql-ruby finds them; empty if it may run."""
    return Check(schema, document).run()
