"""stub"""

from typing import Any
from graphql import execute, parse, validate
from sandbox.shopify.context import Context
from sandbox.shopify.domains import schema


def run(context: Context, query: str, variables: dict[str, Any], operation: str | None = None) -> dict[str, Any]:
    document = parse(query)
    errors = validate(schema(), document)
    if errors:
        return {"errors": [e.formatted for e in errors]}
    result = execute(schema(), document, context_value=context, variable_values=variables, operation_name=operation)
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = [e.formatted for e in result.errors]
        for e in result.errors:
            if e.original_error:
                raise e.original_error
    return body
