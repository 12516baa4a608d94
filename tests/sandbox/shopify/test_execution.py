"""One GraphQL request: what is wrong with it in graphql-ruby's words, what runs, what comes back."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.shopify.api import execution
from sandbox.shopify.api.context import Context
from tests.sandbox.shopify.front import Front


def errors(front: Front, query: str, variables: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    answer = front.post(query, variables)
    assert answer.status_code == 200
    assert answer.json().keys() == {"errors"}, "a faulty request is answered without data and free of charge"
    found: list[dict[str, Any]] = answer.json()["errors"]
    return found


@pytest.mark.parametrize(
    ("query", "message", "path", "extensions"),
    [
        (
            "query A { customers(first: 1, colour: RED) { nodes { id } } }",
            "Field 'customers' doesn't accept argument 'colour'",
            ["query A", "customers", "colour"],
            {"code": "argumentNotAccepted", "name": "customers", "typeName": "Field", "argumentName": "colour"},
        ),
        (
            "{ shop { name { first } } }",
            "Selections can't be made on scalars (field 'name' returns String but has selections [\"first\"])",
            ["query", "shop", "name"],
            {"code": "selectionMismatch", "nodeName": "field 'name'", "typeName": "String"},
        ),
        (
            "query A { who: customer { id } }",
            "Field 'customer' is missing required arguments: id",
            ["query A", "who"],
            {"code": "missingRequiredArguments", "className": "Field", "name": "customer", "arguments": "id"},
        ),
        (
            'query A { customers(first: "5") { nodes { id } } }',
            "Argument 'first' on Field 'customers' has an invalid value (\"5\"). Expected type 'Int'.",
            ["query A", "customers", "first"],
            {"code": "argumentLiteralsIncompatible", "typeName": "Field", "argumentName": "first"},
        ),
        (
            "query A { events(first: 1, sortKey: SIZE) { nodes { id } } }",
            "Argument 'sortKey' on Field 'events' has an invalid value (SIZE). Expected type 'EventSortKeys'.",
            ["query A", "events", "sortKey"],
            {"code": "argumentLiteralsIncompatible", "typeName": "Field", "argumentName": "sortKey"},
        ),
        (
            'query A { node(id: "77") { id } }',
            "Invalid global id '77'",
            ["query A", "node", "id"],
            {"code": "argumentLiteralsIncompatible", "typeName": "CoercionError"},
        ),
        (
            "mutation A { customerCreate(input: {tags: [7]}) { userErrors { message } } }",
            "Argument 'tags' on InputObject 'CustomerInput' has an invalid value ([7]). Expected type '[String!]'.",
            ["mutation A", "customerCreate", "input", "tags"],
            {"code": "argumentLiteralsIncompatible", "typeName": "InputObject", "argumentName": "tags"},
        ),
        (
            "mutation A { customerCreate(input: {moon: 1}) { userErrors { message } } }",
            "InputObject 'CustomerInput' doesn't accept argument 'moon'",
            ["mutation A", "customerCreate", "input", "moon"],
            {
                "code": "argumentNotAccepted",
                "name": "CustomerInput",
                "typeName": "InputObject",
                "argumentName": "moon",
            },
        ),
        (
            'mutation A { metafieldsSet(metafields: [{key: "a", value: "b"}]) { userErrors { message } } }',
            "Argument 'ownerId' on InputObject 'MetafieldsSetInput' is required. Expected type ID!",
            ["mutation A", "metafieldsSet", "metafields", "ownerId"],
            {
                "code": "missingRequiredInputObjectAttribute",
                "argumentName": "ownerId",
                "argumentType": "ID!",
                "inputObjectType": "MetafieldsSetInput",
            },
        ),
        (
            "{ customerByIdentifier(identifier: {}) { id } }",
            "OneOf Input Object 'CustomerIdentifierInput' must specify exactly one key.",
            ["query", "customerByIdentifier", "identifier"],
            {"code": "invalidOneOfInputObject", "inputObjectType": "CustomerIdentifierInput"},
        ),
        (
            "query A { ...F }",
            "Fragment F was used, but not defined",
            ["query A", "... F"],
            {"code": "useAndDefineFragment", "fragmentName": "F"},
        ),
        (
            "query A { shop { id } } fragment F on Shop { id }",
            "Fragment F was defined, but not used",
            ["fragment F"],
            {"code": "useAndDefineFragment", "fragmentName": "F"},
        ),
        (
            "query A { shop { ...F } } fragment F on Shop { ...F }",
            "Fragment F contains an infinite loop",
            ["fragment F"],
            {"code": "infiniteLoop", "fragmentName": "F"},
        ),
        (
            "query A { shop { ... on Moon { id } } }",
            "No such type Moon, so it can't be a fragment condition",
            ["query A", "shop", "... on Moon"],
            {"code": "undefinedType", "typeName": "Moon"},
        ),
        (
            "query A { shop { ... on Customer { id } } }",
            "Fragment on Customer can't be spread inside Shop",
            ["query A", "shop", "... on Customer"],
            {
                "code": "cannotSpreadFragment",
                "typeName": "Customer",
                "fragmentName": "unknown",
                "parentName": "Shop",
            },
        ),
        (
            "query A { shop { id @wish } }",
            "Directive @wish is not defined",
            ["query A", "shop", "id", "@wish"],
            {"code": "undefinedDirective", "directiveName": "wish"},
        ),
        (
            "query A($n: Int) { shop { id } }",
            "Variable $n is declared by A but not used",
            ["query A"],
            {"code": "variableNotUsed", "variableName": "n"},
        ),
        (
            "query A { customers(first: $n) { nodes { id } } }",
            "Variable $n is used by A but not declared",
            ["query A", "customers", "first"],
            {"code": "variableNotDefined", "variableName": "n"},
        ),
        (
            "query A($id: String!) { customer(id: $id) { id } }",
            "Type mismatch on variable $id and argument id (String! / ID!)",
            ["query A", "customer", "id"],
            {
                "code": "variableMismatch",
                "variableName": "id",
                "typeName": "String!",
                "argumentName": "id",
                "errorMessage": "Type mismatch",
            },
        ),
        (
            "query A($id: ID) { customer(id: $id) { id } }",
            "Nullability mismatch on variable $id and argument id (ID / ID!)",
            ["query A", "customer", "id"],
            {
                "code": "variableMismatch",
                "variableName": "id",
                "typeName": "ID",
                "argumentName": "id",
                "errorMessage": "Nullability mismatch",
            },
        ),
        (
            "query A($ids: ID!) { nodes(ids: $ids) { id } }",
            "List dimension mismatch on variable $ids and argument ids (ID! / [ID!]!)",
            ["query A", "nodes", "ids"],
            {
                "code": "variableMismatch",
                "variableName": "ids",
                "typeName": "ID!",
                "argumentName": "ids",
                "errorMessage": "List dimension mismatch",
            },
        ),
        (
            "query A($x: Moon) { customers(first: 1, query: $x) { nodes { id } } }",
            "Moon isn't a defined input type (on $x)",
            ["query A"],
            {"code": "variableRequiresValidType", "typeName": "Moon", "variableName": "x"},
        ),
        (
            'query A($n: Int = "5") { customers(first: $n) { nodes { id } } }',
            "Default value for $n doesn't match type Int",
            ["query A"],
            {"code": "defaultValueInvalidType", "variableName": "n", "typeName": "Int"},
        ),
        (
            "query A { shop { a: id a: name } }",
            "Field 'a' has a field conflict: id or name?",
            [],
            {"code": "fieldConflict", "fieldName": "a", "conflicts": "id or name"},
        ),
    ],
)
def test_a_faulty_document_is_explained(
    front: Front, query: str, message: str, path: list[str], extensions: dict[str, Any]
) -> None:
    [error] = errors(front, query)
    assert (error["message"], error["path"], error["extensions"]) == (message, path, extensions)
    assert error["locations"]


def test_all_faults_of_a_document_come_in_one_answer(front: Front) -> None:
    found = errors(front, "query A($n: Int) { moon { id } shop { id stars name { x } } }")
    assert [error["extensions"]["code"] for error in found] == [
        "undefinedField",
        "undefinedField",
        "selectionMismatch",
        "variableNotUsed",
    ]


def test_what_an_unknown_field_is_given_does_not_count_as_used(front: Front) -> None:
    found = errors(front, "query A($id: ID!) { moon(id: $id) { id } }")
    assert [error["extensions"]["code"] for error in found] == ["undefinedField", "variableNotUsed"]


def test_faults_within_a_fragment_are_placed_there(front: Front) -> None:
    [error] = errors(front, "query A { shop { ...F } } fragment F on Shop { moon }")
    assert error["path"] == ["fragment F", "moon"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{ shop { id ", "syntax error, unexpected end of file at [1, 10]"),
        ("{ shop ' }", 'syntax error, unexpected invalid token ("\'") at [1, 8]'),
        ("{ shop( { id } }", 'syntax error, unexpected LCURLY ("{") at [1, 9]'),
        ("query 5 { shop { id } }", 'syntax error, unexpected INT ("5") at [1, 7]'),
    ],
)
def test_what_cannot_be_parsed(front: Front, query: str, message: str) -> None:
    [error] = errors(front, query)
    assert error["message"] == message
    assert error["extensions"] == {"code": "PARSE_ERROR"}


def test_a_document_nested_beyond_measure_is_refused(front: Front) -> None:
    [error] = errors(front, "{ shop " * 20_000)
    assert error["extensions"] == {"code": "PARSE_ERROR"}


STORE = Front().shopify
PIECES = (
    *("query", "mutation", "fragment F on Shop", "{", "}", "(", ")", "[", "]", "$a", ":", "Int", "!", "= 1", "#", "\n"),
    *("shop", "id", "...", "on", "F", "customers", "nodes", "@skip(if: true)", "first: 1", "input: {}", "é", '"', "\\"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_any_text_is_answered_with_data_or_with_errors(pieces: list[str]) -> None:
    STORE.shop.buckets.clear()
    answer = execution.run(Context(STORE.shop, STORE.access(), "2026-10"), " ".join(pieces), {})
    assert "errors" in answer or "data" in answer
    assert all(error["message"] for error in answer.get("errors", []))


CREATE = (
    "mutation M($input: CustomerInput!) { customerCreate(input: $input) { customer { id } userErrors { message } } }"
)
BY_IDENTIFIER = "query Q($i: CustomerIdentifierInput!) { customerByIdentifier(identifier: $i) { id } }"
LIST = "query Q($first: Int) { customers(first: $first) { nodes { id } } }"


@pytest.mark.parametrize(
    ("query", "variables", "message", "problems"),
    [
        (
            CREATE,
            {"input": None},
            "Variable $input of type CustomerInput! was provided invalid value",
            [{"path": [], "explanation": "Expected value to not be null"}],
        ),
        (
            CREATE,
            {"input": {"moon": 1, "addresses": [{"city": 5}], "tags": ["a", None]}},
            "Variable $input of type CustomerInput! was provided invalid value for "
            "moon (Field is not defined on CustomerInput), addresses.0.city (Could not coerce value 5 to String), "
            "tags.1 (Expected value to not be null)",
            [
                {"path": ["moon"], "explanation": "Field is not defined on CustomerInput"},
                {"path": ["addresses", 0, "city"], "explanation": "Could not coerce value 5 to String"},
                {"path": ["tags", 1], "explanation": "Expected value to not be null"},
            ],
        ),
        (
            BY_IDENTIFIER,
            {"i": {"emailAddress": "a@example.com", "phoneNumber": "+14155550100"}},
            "Variable $i of type CustomerIdentifierInput! was provided invalid value",
            [
                {
                    "path": [],
                    "explanation": "'CustomerIdentifierInput' requires exactly one argument, but 2 were provided.",
                }
            ],
        ),
        (
            BY_IDENTIFIER,
            {"i": {"id": None}},
            "Variable $i of type CustomerIdentifierInput! was provided invalid value",
            [
                {
                    "path": [],
                    "explanation": "'CustomerIdentifierInput' requires exactly one argument, but 'id' was `null`.",
                }
            ],
        ),
        (
            BY_IDENTIFIER,
            {"i": []},
            "Variable $i of type CustomerIdentifierInput! was provided invalid value",
            [{"path": [], "explanation": "Expected [] to be a key-value object."}],
        ),
        (
            LIST,
            {"first": "5"},
            "Variable $first of type Int was provided invalid value",
            [{"path": [], "explanation": 'Could not coerce value "5" to Int'}],
        ),
        (
            LIST,
            {"first": 5.0},
            "Variable $first of type Int was provided invalid value",
            [{"path": [], "explanation": "Could not coerce value 5.0 to Int"}],
        ),
        (
            "query Q($id: ID!) { node(id: $id) { id } }",
            {"id": "not-a-shopify-gid"},
            "Variable $id of type ID! was provided invalid value",
            [
                {
                    "path": [],
                    "explanation": "Invalid global id 'not-a-shopify-gid'",
                    "message": "Invalid global id 'not-a-shopify-gid'",
                }
            ],
        ),
    ],
)
def test_a_faulty_variable_is_explained(
    front: Front, query: str, variables: dict[str, Any], message: str, problems: list[dict[str, Any]]
) -> None:
    [error] = errors(front, query, variables)
    assert error["message"] == message
    [value] = variables.values()
    assert error["extensions"] == {"code": "INVALID_VARIABLE", "value": value, "problems": problems}
    assert "path" not in error


def test_every_faulty_variable_is_told(front: Front) -> None:
    query = "query Q($a: ID!, $b: ID!) { a: node(id: $a) { id } b: node(id: $b) { id } }"
    assert len(errors(front, query, {"a": "x"})) == 2


def test_a_variable_that_is_not_sent_takes_its_default(front: Front) -> None:
    query = "query Q($first: Int = 3) { customers(first: $first) { nodes { id } } }"
    assert front.post(query).json()["extensions"]["cost"]["requestedQueryCost"] == 4


@pytest.mark.parametrize(
    ("operation", "message"),
    [(None, "An operation name is required"), ("C", 'No operation named "C"')],
)
def test_one_operation_must_be_meant(front: Front, operation: str | None, message: str) -> None:
    body = {"query": "query A { shop { id } } query B { shop { name } }", "operationName": operation}
    assert front.http.post("/admin/api/2026-10/graphql.json", json=body).json() == {"errors": [{"message": message}]}
    assert front.http.post("/admin/api/2026-10/graphql.json", json={**body, "operationName": "B"}).json()["data"] == {
        "shop": {"name": front.shop.settings.name}
    }


def test_an_array_may_hold_250_items(front: Front) -> None:
    query = "query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    ids = [f"gid://shopify/Customer/{number}" for number in range(251)]
    assert errors(front, query, {"ids": ids}) == [
        {
            "message": "The input array size of 251 is greater than the maximum allowed of 250.",
            "locations": [{"line": 1, "column": 25}],
            "path": ["nodes", "ids"],
            "extensions": {"code": "MAX_INPUT_SIZE_EXCEEDED"},
        }
    ]
    assert front.ask(query, {"ids": ids[:250]}) == {"nodes": [None] * 250}


def test_the_size_of_literal_arrays_within_inputs_counts_too(front: Front) -> None:
    tags = ", ".join(f'"{number}"' for number in range(251))
    query = f"mutation {{ customerCreate(input: {{tags: [{tags}]}}) {{ userErrors {{ message }} }} }}"
    [error] = errors(front, query)
    assert error["path"] == ["customerCreate", "input", "tags"]


def test_an_error_of_one_field_leaves_the_others(front: Front) -> None:
    answer = front.post('{ a: events(query: "created_at:>x", first: 1) { nodes { id } } shop { id } }').json()
    assert answer["data"]["a"] is None
    assert answer["data"]["shop"]["id"]
    assert answer["errors"] == [
        {
            "message": "Invalid timestamp for query filter `created_at`.",
            "locations": [{"line": 1, "column": 3}],
            "extensions": {"code": "BAD_REQUEST"},
            "path": ["a"],
        }
    ]
    assert answer["extensions"]["cost"]["actualQueryCost"] > 0


def test_an_error_of_a_field_that_may_not_be_null_takes_all(front: Front) -> None:
    answer = front.post("{ shop { id } customers { nodes { id } } }").json()
    assert answer["data"] is None
    assert answer["errors"][0]["message"] == "you must provide one of first or last"


def test_mutations_of_one_request_run_one_after_another(front: Front) -> None:
    query = """mutation {
      a: customerCreate(input: {email: "twice@example.com"}) { customer { id } userErrors { message } }
      b: customerCreate(input: {email: "twice@example.com"}) { customer { id } userErrors { message } }
    }"""
    data = front.ask(query)
    assert data["a"]["customer"] is not None
    assert data["b"]["customer"] is None
    assert data["b"]["userErrors"]


def test_introspection(front: Front) -> None:
    data = front.ask('{ __typename __type(name: "Customer") { kind fields { name type { name } } } }')
    assert data["__typename"] == "QueryRoot"
    assert data["__type"]["kind"] == "OBJECT"
    assert {"name": "firstName", "type": {"name": "String"}} in data["__type"]["fields"]


def test_a_document_is_read_once(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    query = "{ shop { id name } } # read once"
    front.ask(query)
    monkeypatch.setattr(execution, "parse", None)
    assert front.ask(query)["shop"]["name"] == front.shop.settings.name


def test_what_the_sandbox_lacks_is_refused_loudly(front: Front) -> None:
    """Not with something plausible: the whole answer is HTTP 501."""
    answer = front.post('{ shop { id } companies(first: 1, query: "ordering_status:approved") { nodes { id } } }')
    assert answer.status_code == 501
    assert answer.json()["missing"] == "searching companies by ordering_status"
