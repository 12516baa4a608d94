"""One GraphQL request: read, checked, priced, carried out, answered as Shopify answers (reference §5).

`run` is the whole way. A document is read and checked once and kept by its text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    execute,
    parse,
    value_from_ast_untyped,
)

from sandbox.shopify.api.context import Context
from sandbox.shopify.api.cost import Plan
from sandbox.shopify.api.errors import Error, execution_error, parse_error
from sandbox.shopify.api.input_sizes import oversized
from sandbox.shopify.api.input_values import variable_faults
from sandbox.shopify.api.throttle import Charge, charge, too_dear
from sandbox.shopify.api.validation import check_document
from sandbox.shopify.domains import schema

Answer = dict[str, Any]


@dataclass(slots=True)
class Operation:
    """One operation of a document, with its prices and the values its variables have when none is given."""

    node: OperationDefinitionNode
    plan: Plan
    defaults: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for definition in self.node.variable_definitions or ():
            if definition.default_value is not None:
                self.defaults[definition.variable.name.value] = value_from_ast_untyped(definition.default_value)


@dataclass(slots=True)
class Document:
    """A document that may run, or what is wrong with it."""

    errors: list[Error]
    node: DocumentNode | None = None
    operations: dict[str | None, Operation] = field(default_factory=dict)

    def operation(self, name: str | None) -> Operation | Error:
        """The one to run; its absence in graphql-ruby's words."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name in self.operations:
            return self.operations[name]
        return {"message": "An operation name is required" if name is None else f'No operation named "{name}"'}


@lru_cache(maxsize=512)
def read(text: str) -> Document:
    """Parse and check a document."""
    try:
        node = parse(text)
        errors = check_document(schema(), node)
    except GraphQLSyntaxError as error:
        return Document([parse_error(error)])
    except RecursionError:
        return Document([{"message": "syntax error, nested too deeply", "extensions": {"code": "PARSE_ERROR"}}])
    if errors:
        return Document(errors)
    fragments = {d.name.value: d for d in node.definitions if isinstance(d, FragmentDefinitionNode)}
    operations = {
        d.name.value if d.name else None: Operation(d, Plan(schema(), d, fragments))
        for d in node.definitions
        if isinstance(d, OperationDefinitionNode)
    }
    return Document([], node, operations)


def run(context: Context, query: str, variables: Mapping[str, Any], operation: str | None = None) -> Answer:
    """Answer one request. Raises NotModelled where a resolver meets what the sandbox lacks.

    A fault of the document or its variables is answered without data and free of charge; an exhausted bucket with
    THROTTLED; an error of a resolver leaves its field null and the rest as it is.
    """
    document = read(query)
    if document.errors:
        return {"errors": document.errors}
    chosen = document.operation(operation)
    if not isinstance(chosen, Operation):
        return {"errors": [chosen]}
    faults = variable_faults(schema(), chosen.node, variables) or oversized(chosen.node, variables)
    if faults:
        return {"errors": faults}
    given = {**chosen.defaults, **variables}
    requested = chosen.plan.requested(given)
    if (error := too_dear(requested)) is not None:
        return {"errors": [error]}
    charged = charge(context, requested)
    if charged.refusal is not None:
        return charged.refusal
    assert document.node is not None
    return _carried_out(context, document.node, chosen, charged, variables, given)


def _carried_out(
    context: Context,
    document: DocumentNode,
    chosen: Operation,
    charged: Charge,
    variables: Mapping[str, Any],
    given: Mapping[str, Any],
) -> Answer:
    shop = context.shop
    shop.actor = shop.apps[context.access.client_id].title if context.access.client_id in shop.apps else None
    try:
        result = _executed(context, document, chosen, variables)
    finally:
        shop.actor = None
    answer: Answer = {}
    if result.errors:
        answer["errors"] = [execution_error(_refusal(error)) for error in result.errors]
    answer["data"] = result.data
    cost = charged.settle(chosen.plan.actual(result.data, given))
    if context.cost_debug:
        cost["fields"] = chosen.plan.breakdown(given)
    answer["extensions"] = {"cost": cost}
    if context.search:
        answer["extensions"]["search"] = context.search
    return answer


def _executed(
    context: Context, document: DocumentNode, chosen: Operation, variables: Mapping[str, Any]
) -> ExecutionResult:
    result = execute(
        schema(),
        document,
        context_value=context,
        variable_values=dict(variables),
        operation_name=chosen.node.name.value if chosen.node.name else None,
    )
    assert isinstance(result, ExecutionResult), "resolvers are synchronous"
    return result


def _refusal(error: GraphQLError) -> GraphQLError:
    """Anything but a deliberate refusal is a bug, or a gap, and goes up."""
    original = error.original_error
    if original is not None and not isinstance(original, GraphQLError):
        raise original
    return error
