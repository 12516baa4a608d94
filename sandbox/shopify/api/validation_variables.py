"""Variables of a document: declared with types that are inputs, used, and used where their type fits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphql import (
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLInputField,
    GraphQLNonNull,
    ListValueNode,
    Node,
    OperationDefinitionNode,
    Undefined,
    VariableDefinitionNode,
    VariableNode,
    get_named_type,
    is_input_type,
    is_list_type,
    is_non_null_type,
    type_from_ast,
)

from sandbox.shopify.api.input_values import literal_problem

if TYPE_CHECKING:
    from sandbox.shopify.api.validation import Check

Definition = OperationDefinitionNode | FragmentDefinitionNode


@dataclass(frozen=True, slots=True)
class Use:
    """A variable in an argument: where, and what the argument takes."""

    variable: VariableNode
    path: tuple[str, ...]
    argument: Any
    taken: GraphQLArgument | GraphQLInputField


@dataclass(slots=True)
class Scope:
    """What one operation or fragment uses itself."""

    node: Definition
    path: tuple[str, ...]
    variables: list[Use] = field(default_factory=list)
    spreads: list[tuple[FragmentSpreadNode, tuple[str, ...]]] = field(default_factory=list)


class Uses:
    """Who uses which variable and which fragment, found during the walk."""

    def __init__(self) -> None:
        self.scopes: list[Scope] = []

    def begin(self, node: Definition, path: Sequence[str]) -> None:
        self.scopes.append(Scope(node, tuple(path)))

    def variable(
        self, node: VariableNode, path: Sequence[str], argument: Any, taken: GraphQLArgument | GraphQLInputField
    ) -> None:
        self.scopes[-1].variables.append(Use(node, tuple(path), argument, taken))

    def spread(self, node: FragmentSpreadNode, path: Sequence[str]) -> None:
        self.scopes[-1].spreads.append((node, tuple(path)))

    def fragment(self, name: str) -> Scope | None:
        return next(
            (s for s in self.scopes if isinstance(s.node, FragmentDefinitionNode) and s.node.name.value == name), None
        )

    def reached_from(self, scope: Scope) -> dict[str, Scope]:
        """Fragments a scope spreads, directly or through others, by name in the order met."""
        found: dict[str, Scope] = {}
        waiting = [node.name.value for node, _ in scope.spreads]
        while waiting:
            name = waiting.pop(0)
            reached = self.fragment(name)
            if reached is not None and name not in found:
                found[name] = reached
                waiting += [node.name.value for node, _ in reached.spreads]
        return found


def check_variables(check: "Check", operation: OperationDefinitionNode) -> None:
    """The declarations themselves."""
    names = [definition.variable.name.value for definition in operation.variable_definitions or ()]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        nodes = [d for d in operation.variable_definitions or () if d.variable.name.value == name]
        check.fault(f'There can only be one variable named "{name}"', nodes, "variableNotUnique", variableName=name)
    for definition in operation.variable_definitions or ():
        _declared(check, definition)


def _declared(check: "Check", definition: VariableDefinitionNode) -> None:
    name = definition.variable.name.value
    type_node: Any = definition.type
    while hasattr(type_node, "type"):
        type_node = type_node.type
    type_name = type_node.name.value
    named = check.schema.type_map.get(type_name)
    if named is None or not is_input_type(named):
        what = "isn't a defined input type" if named is None else "isn't a valid input type"
        more = {"typeName": type_name, "variableName": name}
        check.fault(f"{type_name} {what} (on ${name})", [definition], "variableRequiresValidType", **more)
        return
    if definition.default_value is not None:
        expected: Any = type_from_ast(check.schema, definition.type)
        if literal_problem(definition.default_value, expected) is not None:
            message = f"Default value for ${name} doesn't match type {expected}"
            more = {"variableName": name, "typeName": str(expected)}
            check.fault(message, [definition], "defaultValueInvalidType", **more)


def check_uses(check: "Check") -> None:
    """Every variable declared where it is used, used where it is declared, and of a fitting type."""
    for scope in check.uses.scopes:
        if isinstance(scope.node, OperationDefinitionNode):
            _check_scope(check, scope, scope.node)


def _check_scope(check: "Check", scope: Scope, operation: OperationDefinitionNode) -> None:
    declared = {d.variable.name.value: d for d in operation.variable_definitions or ()}
    by = operation.name.value if operation.name else f"anonymous {operation.operation.value}"
    used = [*scope.variables]
    for fragment in check.uses.reached_from(scope).values():
        used += fragment.variables
    for use in used:
        if (definition := declared.get(use.variable.name.value)) is not None:
            _check_fit(check, use, definition)
    seen = {use.variable.name.value for use in used}
    for name, definition in declared.items():
        if name not in seen:
            message = f"Variable ${name} is declared by {by} but not used"
            _fault(check, scope.path, message, definition, "variableNotUsed", variableName=name)
    for name, use in {use.variable.name.value: use for use in reversed(used)}.items():
        if name not in declared:
            message = f"Variable ${name} is used by {by} but not declared"
            _fault(check, use.path, message, use.variable, "variableNotDefined", variableName=name)


def _fault(check: "Check", path: Sequence[str], message: str, node: Node, code: str, **extensions: object) -> None:
    check.path = list(path)
    check.fault(message, [node], code, **extensions)
    check.path = []


def _check_fit(check: "Check", use: Use, definition: VariableDefinitionNode) -> None:
    given: Any = type_from_ast(check.schema, definition.type)
    if given is None:
        return
    if definition.default_value is not None and not is_non_null_type(given):
        given = GraphQLNonNull(given)
    wanted: Any = use.taken.type
    if is_non_null_type(wanted) and use.taken.default_value is not Undefined:
        wanted = wanted.of_type
    shown, needed = given, wanted
    if isinstance(use.argument.value, ListValueNode):
        needed = _item(wanted)
    reason = _misfit(given, needed)
    if reason is None:
        return
    name, key = use.variable.name.value, use.argument.name.value
    message = f"{reason} on variable ${name} and argument {key} ({shown} / {wanted})"
    more = {"variableName": name, "typeName": str(shown), "argumentName": key, "errorMessage": reason}
    _fault(check, use.path, message, use.argument, "variableMismatch", **more)


def _item(wanted: Any) -> Any:
    inner = wanted.of_type if is_non_null_type(wanted) else wanted
    return inner.of_type if is_list_type(inner) else inner


def _misfit(given: Any, wanted: Any) -> str | None:
    if get_named_type(given) is not get_named_type(wanted):
        return "Type mismatch"
    if _depth(given) != _depth(wanted):
        return "List dimension mismatch"
    while True:
        if is_non_null_type(wanted) and not is_non_null_type(given):
            return "Nullability mismatch"
        given = given.of_type if is_non_null_type(given) else given
        wanted = wanted.of_type if is_non_null_type(wanted) else wanted
        if not is_list_type(wanted):
            return None
        given, wanted = given.of_type, wanted.of_type


def _depth(type_: Any) -> int:
    depth = 0
    while hasattr(type_, "of_type"):
        depth += is_list_type(type_)
        type_ = type_.of_type
    return depth
