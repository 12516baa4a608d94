"""Recorded answers about customers, given again by the simulated store."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sandbox.shopify.customers import customers
from sandbox.shopify.model import Customer
from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.replay import mapped, recorded, replayed
from tests.sandbox.shopify.selections import selection

NODES = "{ nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }"
EMPTY = {
    "addressesV2": f"addressesV2(first: 5) {NODES}",
    "defaultAddress": "defaultAddress { id }",
    "defaultPhoneNumber": "defaultPhoneNumber { phoneNumber }",
    "loyalty": 'loyalty: metafield(namespace: "custom", key: "loyalty") { value }',
    "metafields": f"metafields(first: 5) {NODES}",
    "nodes": "nodes { id }",
}
"""What to select where the recording has nothing to show a shape by."""

CREATE = "mutation($input: CustomerInput!) { customerCreate(input: $input) %s }"
UPDATE = "mutation($input: CustomerInput!) { customerUpdate(input: $input) %s }"
DELETE = """mutation($input: CustomerDeleteInput!) {
  customerDelete(input: $input) { deletedCustomerId userErrors { field message } }
}"""
MERGE = """mutation($customerOneId: ID!, $customerTwoId: ID!) {
  customerMerge(customerOneId: $customerOneId, customerTwoId: $customerTwoId) {
    resultingCustomerId job { id done } userErrors { field message }
  }
}"""


@pytest.fixture
def front() -> Front:
    """The recorded store: Canadian, with a search index that is behind."""
    front = Front({"search_lag": "1-20"})
    front.shop.settings.country = "CA"
    front.shop.settings.currency = "CAD"
    return front


def ask(front: Front, query: str, variables: Any = None) -> Any:
    answer = front.post(query, variables).json()
    front.wait(1)
    return answer


def customer_of(front: Front, node: dict[str, Any]) -> Customer:
    """A customer as a recorded node shows it."""
    given: dict[str, Any] = {}
    name, email = node["displayName"], node.get("email")
    if name and "@" not in name:
        given["first_name"], _, given["last_name"] = name.partition(" ")
    if "@" in name or email:
        given["email"] = email or name
    if node.get("defaultPhoneNumber"):
        given["phone"] = node["defaultPhoneNumber"]["phoneNumber"]
    for key in ("note", "locale", "tags"):
        if node.get(key):
            given[key] = node[key]
    if address := node.get("defaultAddress"):
        shown = ("address1", "city", "country", "province", "zip")
        given["addresses"] = [{name: address[name] for name in shown if name in address}]
    customer = customers.create(front.shop, **given)
    for number in range(int(node.get("numberOfOrders", 0))):
        spent = Decimal(node["amountSpent"]["amount"]) if number == 0 else Decimal(0)
        customers.count_order(front.shop, customer, f"gid://shopify/Order/{number}", spent)
    return customer


def test_customer_by_identifier(front: Front, shared: Path) -> None:
    capture = recorded(shared, "customer-by-identifier")
    [call] = capture["upstreamCalls"]
    recording = call["response"]["body"]
    known = customer_of(front, recording["data"]["byId"])
    variables = mapped(call["variables"], {call["variables"]["idIdentifier"]["id"]: known.id})
    replayed(ask(front, call["query"], variables), recording)


def test_customer_by_identifier_needs_a_definition_for_custom_ids(front: Front, shared: Path) -> None:
    recording = recorded(shared, "customer-by-identifier")["customIdMissing"]["payload"]
    query = """
  query {
    customId: customerByIdentifier(identifier: {customId: {namespace: "custom", key: "missing", value: "1"}}) { id }
  }"""
    replayed(ask(front, query), recording)


def test_customer_by_identifier_needs_exactly_one(front: Front, shared: Path) -> None:
    recording = recorded(shared, "customer-by-identifier")["emptyIdentifier"]["payload"]
    query = """
  query(
    $idIdentifier: CustomerIdentifierInput!
  ) { customerByIdentifier(identifier: $idIdentifier) { id } }"""
    answer = ask(front, query, {"idIdentifier": {}})
    replayed(answer, recording)
    assert answer["errors"][0]["extensions"] == recording["errors"][0]["extensions"]


def test_customer_create_parity(front: Front, shared: Path) -> None:
    capture = recorded(shared, "customer-create-parity")
    variables, recording = capture["mutation"]["variables"], capture["mutation"]["response"]
    payload = recording["data"]["customerCreate"]
    answer = ask(front, CREATE % selection(payload, **EMPTY), variables)
    replayed(answer, recording)
    gid = answer["data"]["customerCreate"]["customer"]["id"]

    read = f"""query($id: ID!, $query: String!) {{
      customer(id: $id) {selection(payload["customer"], **EMPTY)}
      customers(first: 5, query: $query) {{ nodes {{ id }} pageInfo {{ hasNextPage hasPreviousPage }} }}
      customersCount {{ count precision }}
    }}"""
    found = front.post(read, {"id": gid, "query": f"email:{variables['input']['email']}"}).json()
    replayed(found, capture["downstreamRead"], differs={"count"})

    document = CREATE % "{ customer { id } userErrors { field message } }"
    replayed(ask(front, document, capture["validation"]["variables"]), capture["validation"]["response"])


def test_customer_detail(front: Front, shared: Path) -> None:
    [call] = recorded(shared, "customer-detail")["upstreamCalls"]
    recording = call["response"]["body"]
    known = customer_of(front, recording["data"]["customer"])
    replayed(ask(front, call["query"], {"id": known.id}), recording)


def test_customer_email_normalization(front: Front, shared: Path) -> None:
    cases = recorded(shared, "customer-email-normalization")["cases"]
    shape = selection(cases["createSanitized"]["response"]["data"]["customerCreate"])
    documents = {
        "customerCreate": CREATE % shape,
        "customerUpdate": UPDATE % shape,
        "customerSet": f"mutation($input: CustomerSetInput!) {{ customerSet(input: $input) {shape} }}",
        "customerByIdentifier": """query($identifier: CustomerIdentifierInput!, $query: String!, $first: Int!) {
          customerByIdentifier(identifier: $identifier) { email defaultEmailAddress { emailAddress } }
          customers(first: $first, query: $query) { nodes { id } }
        }""",
    }
    ids: dict[str, str] = {}
    for name, case in cases.items():
        [root, *_] = case["response"]["data"]
        answer = front.post(documents[root], mapped(case["variables"], ids)).json()
        replayed(answer, case["response"])
        if name == "createSanitized":
            theirs = case["response"]["data"][root]["customer"]["id"]
            ids[theirs] = answer["data"][root]["customer"]["id"]


def test_customer_input_validation_parity(front: Front, shared: Path) -> None:
    capture = recorded(shared, "customer-input-validation-parity")
    payload = capture["preconditions"]["primary"]["response"]["data"]["customerCreate"]
    shape, customer = selection(payload), selection(payload["customer"])
    read = f"""query($id: ID!, $identifier: CustomerIdentifierInput!, $query: String!, $first: Int!) {{
      customer(id: $id) {customer}
      customerByIdentifier(identifier: $identifier) {customer}
      customers(first: $first, query: $query) {{
        nodes {{ id }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
      }}
      customersCount {{ count precision }}
    }}"""
    ids: dict[str, str] = {}

    def create(step: dict[str, Any]) -> None:
        answer = ask(front, CREATE % shape, step["variables"])
        replayed(answer, step["response"])
        ids[step["id"]] = answer["data"]["customerCreate"]["customer"]["id"]

    def scenario(document: str, root: str, step: dict[str, Any]) -> None:
        answer = front.post(document % shape, mapped(step["variables"], ids)).json()
        replayed(answer, step["response"])
        if (after := step["downstreamRead"]) is not None:
            gid = answer["data"][root]["customer"]["id"]
            ids[step["response"]["data"][root]["customer"]["id"]] = gid
            found = front.post(read, mapped(after["variables"], ids)).json()
            replayed(found, after["response"], differs={"count"})
        front.wait(60)

    for step in capture["preconditions"].values():
        create(step)
    for step in capture["createScenarios"].values():
        scenario(CREATE, "customerCreate", step)
    for step in capture["updateScenarios"].values():
        base = step["baseCustomer"]
        last = base["email"].partition("validation-")[2].rpartition("-")[0]
        made = customers.create(
            front.shop,
            email=base["email"],
            phone=base["phone"],
            first_name="Hermes",
            last_name=last,
            tags=["input-validation", last],
        )
        ids[base["id"]] = made.id
        scenario(UPDATE, "customerUpdate", step)

    deleted = capture["deletedCustomerUpdate"]
    create(deleted["precondition"])
    step = deleted["deleteBeforeUpdate"]
    replayed(ask(front, DELETE, mapped(step["variables"], ids)), step["response"])
    step = deleted["updateDeletedCustomer"]
    replayed(ask(front, UPDATE % shape, mapped(step["variables"], ids)), step["response"])

    merged = capture["mergedCustomerUpdate"]
    create(merged["mergeSource"])
    create(merged["mergeTarget"])
    step = merged["mergeResult"]
    replayed(front.post(MERGE, mapped(step["variables"], ids)).json(), step["response"])
    step = merged["updateMergedSourceCustomer"]
    replayed(ask(front, UPDATE % shape, mapped(step["variables"], ids)), step["response"])
    front.wait(10)
    for step in capture["cleanup"]:
        replayed(ask(front, DELETE, mapped(step["variables"], ids)), step["response"])


def test_customers_advanced_search(front: Front, shared: Path) -> None:
    [call] = recorded(shared, "customers-advanced-search")["upstreamCalls"]
    recording = call["response"]["body"]
    edges = [edge for part in recording["data"].values() for edge in part["edges"]]
    customers.create(front.shop, email="one.more@example.com")
    for node in sorted((edge["node"] for edge in edges), key=lambda node: str(node["updatedAt"])):
        front.wait(60)
        customer_of(front, node)
    front.wait(60)
    replayed(ask(front, call["query"], call["variables"]), recording)


def test_customers_catalog(front: Front, shared: Path) -> None:
    [call] = recorded(shared, "customers-catalog")["upstreamCalls"]
    recording = call["response"]["body"]
    for edge in recording["data"]["customers"]["edges"]:
        customer_of(front, edge["node"])
    customers.create(front.shop, email="one.more@example.com")
    replayed(ask(front, call["query"], call["variables"]), recording)


def test_customers_sort_keys(front: Front, shared: Path) -> None:
    [call] = recorded(shared, "customers-sort-keys")["upstreamCalls"]
    recording = call["response"]["body"]
    nodes: dict[str, dict[str, Any]] = {}
    for part in recording["data"].values():
        for edge in part["edges"]:
            nodes.setdefault(edge["node"]["id"], {}).update(edge["node"])
    for gid in sorted(nodes, key=lambda gid: int(gid.rpartition("/")[2])):
        customer_of(front, nodes[gid])
    without_province = {"country_code": "CA", "city": "Ottawa"}
    customers.create(front.shop, last_name="Zylstra", addresses=[without_province])
    customers.create(front.shop, last_name="Zylstra")
    replayed(ask(front, call["query"], call["variables"]), recording)
