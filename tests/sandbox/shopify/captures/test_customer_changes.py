"""Recorded answers about setting, merging and consent of customers, given again by the simulated store."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox.shopify.customers import consent, customers
from sandbox.shopify.customers.customer_table import by_gid
from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.replay import recorded, replayed
from tests.sandbox.shopify.selections import selection
from tests.sandbox.shopify.steps import Steps

CHANGES = (
    "mutation",
    "update",
    "upsert",
    "updateByEmail",
    "clearAddresses",
    "phoneUpsert",
    "phoneUpdate",
    "multiAddressReplacement",
)
NODES = "{ nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }"
DELETE = """mutation($input: CustomerDeleteInput!) {
  customerDelete(input: $input) { deletedCustomerId userErrors { field message } }
}"""


@pytest.fixture
def front() -> Front:
    """The recorded store: Canadian, with a search index that is behind."""
    front = Front({"search_lag": "1-20"})
    front.shop.settings.country = "CA"
    front.shop.settings.currency = "CAD"
    return front


@pytest.fixture
def steps(front: Front) -> Steps:
    return Steps(front, seconds=1)


def set_document(shape: str) -> str:
    return f"""mutation CustomerSet($identifier: CustomerSetIdentifiers, $input: CustomerSetInput!) {{

    customerSet(identifier: $identifier, input: $input) {shape}
  }}"""


def test_customer_set_parity(front: Front, steps: Steps, shared: Path) -> None:
    capture = recorded(shared, "customer-set-parity")
    payload = capture["update"]["response"]["data"]["customerSet"]
    whole = set_document(selection(payload, addressesV2="addressesV2(first: 5)"))
    plain = set_document("{ customer { id } userErrors { field message } }")
    for name in CHANGES:
        steps.play(whole, capture[name]["variables"], capture[name]["response"])
    read_back(front, steps, capture["downstreamRead"])

    cases = capture["validation"]
    coded = set_document("{ customer { id } userErrors { field message code } }")
    for case in [*cases.pop("idNotAllowed").values(), cases.pop("unknownIdWithCode")]:
        steps.play(coded, case["variables"], case["response"])
    case = cases.pop("nullAddressList")
    steps.play(whole, case["variables"], case["response"])
    gone = cases.pop("deletedIdentifier")
    for case in cases.values():
        steps.play(plain, case["variables"], case["response"])
    steps.play(DELETE, {"input": gone["variables"]["identifier"]}, gone["cleanup"])
    steps.play(plain, gone["variables"], gone["response"])
    for recording in capture["cleanup"][:2]:
        deleted = recording["data"]["customerDelete"]["deletedCustomerId"]
        steps.play(DELETE, {"input": {"id": deleted}}, recording)


def read_back(front: Front, steps: Steps, read: dict[str, Any]) -> None:
    customer = selection(read["response"]["data"]["created"], addressesV2="addressesV2(first: 5)")
    for number in range(6):
        customers.create(front.shop, first_name="Set", last_name=str(number), tags=["set"])
    front.wait(30)
    query = f"""query($createdId: ID!, $upsertedId: ID!, $upsertedEmail: String!, $query: String!, $first: Int!) {{
      created: customer(id: $createdId) {customer}
      upserted: customer(id: $upsertedId) {customer}
      byIdentifier: customerByIdentifier(identifier: {{emailAddress: $upsertedEmail}}) {{ id email displayName }}
      customers(first: $first, query: $query) {{ nodes {{ id }} pageInfo {{ hasNextPage hasPreviousPage }} }}
      customersCount {{ count precision }}
    }}"""
    page = read["response"]["data"]["customers"]
    page["nodes"] = [{"id": node["id"]} for node in page["nodes"]]  # who they are is the other store's business
    steps.play(query, read["variables"], read["response"], differs={"count"})


def test_customer_set_custom_id(front: Front, steps: Steps, shared: Path) -> None:
    capture = recorded(shared, "customer-set-custom-id")
    cases = capture["cases"]
    refusals = cases.pop("validations").values()
    for case in (*cases.values(), *refusals):
        steps.play(case["request"]["query"], case["request"]["variables"], case["response"])
    assert len(front.shop.customers.rows) == 1, "a refused step made a customer"
    for case in (*capture["cleanup"]["customers"], *capture["cleanup"]["definitions"]):
        steps.play(case["request"]["query"], case["request"]["variables"], case["response"])
    for call in capture["upstreamCalls"]:
        if call["operationName"] == "CustomerCustomIdLookup":
            steps.play(call["query"], call["variables"], call["response"]["body"])


def test_customer_email_marketing_consent_update_parity(front: Front, steps: Steps, shared: Path) -> None:
    capture = recorded(shared, "customer-email-marketing-consent-update-parity")
    payload = capture["precondition"]["response"]["data"]["customerCreate"]
    customer = selection(payload["customer"])
    create = f"mutation($input: CustomerInput!) {{ customerCreate(input: $input) {selection(payload)} }}"
    document = f"""
  mutation CustomerEmailMarketingConsentUpdate($input: CustomerEmailMarketingConsentUpdateInput!) {{
    customerEmailMarketingConsentUpdate(input: $input) {{
      customer {customer}
      userErrors {{ field message code }}
    }}
  }}"""
    steps.seconds = 0  # search must not have caught up
    steps.play(create, {"input": input_of(capture["precondition"]["response"])}, capture["precondition"]["response"])
    steps.play(document, capture["mutation"]["variables"], capture["mutation"]["response"])

    read = f"""query($id: ID!, $identifier: CustomerIdentifierInput!, $query: String!, $first: Int!) {{
      customer(id: $id) {customer}
      customerByIdentifier(identifier: $identifier) {customer}
      customers(first: $first, query: $query) {{ nodes {{ id }} pageInfo {{ hasNextPage hasPreviousPage }} }}
    }}"""
    steps.play(read, capture["downstreamRead"]["variables"], capture["downstreamRead"]["response"])

    cases = capture["validation"]
    for recording in cases["matrixPreconditions"].values():
        steps.play(create, {"input": input_of(recording)}, recording)
    subscribe_by_sms(front, steps.ids[payload["customer"]["id"]])
    for case in (cases["unknownCustomer"], cases["missingOptInLevel"], *cases["matrix"]):
        answer = steps.play(document, case["variables"], case["response"])
        ours, theirs = answer.get("errors", []), case["response"].get("errors", [])
        replayed([error["extensions"] for error in ours], [error["extensions"] for error in theirs])


def input_of(recording: dict[str, Any]) -> dict[str, Any]:
    """What a recorded customer must have been made of."""
    customer = recording["data"]["customerCreate"]["customer"]
    given = {key: customer[key] for key in ("firstName", "lastName", "email")}
    return {**given, "phone": customer["defaultPhoneNumber"]["phoneNumber"]}


def subscribe_by_sms(front: Front, gid: str) -> None:
    """What the recorder did before the later steps, as these show."""
    customer = by_gid(front.shop, gid)
    assert customer is not None
    when = datetime(2026, 4, 25, 1, 5, tzinfo=UTC)
    given = {"marketing_state": "SUBSCRIBED", "marketing_opt_in_level": "SINGLE_OPT_IN", "consent_updated_at": when}
    customers.set_consent(front.shop, customer, consent.SMS, given)


def test_customer_input_inline_consent_parity(steps: Steps, shared: Path) -> None:
    """Introspection of the inputs is left out: ours are a subset."""
    capture = recorded(shared, "customer-input-inline-consent-parity")
    steps.seconds = 0
    mutation = capture["mutation"]
    cases = (mutation, mutation["downstreamRead"], *capture["validation"].values(), *capture["cleanup"].values())
    for case in cases:
        steps.play(case["query"], case["variables"], case["response"])


MERGED = {
    "addressesV2": f"addressesV2(first: 5) {NODES}",
    "addressesV2Reverse": f"addressesV2Reverse: addressesV2(first: 5, reverse: true) {NODES}",
    "blockingFields": "blockingFields { note }",
    "customerMergeErrors": "customerMergeErrors { message }",
    "defaultAddress": "defaultAddress { id }",
    "lastOrder": "lastOrder { id }",
    "metafields": f"metafields(first: 5) {NODES}",
    "nodes": "nodes { id }",
    "metafieldsReverse": f"metafieldsReverse: metafields(first: 5, reverse: true) {NODES}",
    "orders": f"orders(first: 5, sortKey: CREATED_AT, reverse: true) {NODES}",
    "ordersFiltered": f"ordersFiltered: orders(first: 5) {NODES}",  # a query here is not modelled
}
ARGUMENTS = "($one: ID!, $two: ID!, $override: CustomerMergeOverrideFields)"
PASSED = "(customerOneId: $one, customerTwoId: $two, overrideFields: $override)"
MERGE = f"""mutation{ARGUMENTS} {{
  customerMerge{PASSED} {{ resultingCustomerId job {{ id done }} userErrors {{ field message code }} }}
}}"""
STATUS = "customerMergeJobStatus(jobId: $jobId) { jobId resultingCustomerId status customerMergeErrors { message } }"


def preview_document(shape: str) -> str:
    return f"""
  query{ARGUMENTS} {{
    customerMergePreview{PASSED} {shape}
  }}"""


def test_customer_merge_parity(steps: Steps, shared: Path) -> None:
    capture = recorded(shared, "customer-merge-parity")
    payload = capture["precondition"]["createOne"]["response"]["data"]["customerCreate"]
    create = f"mutation($input: CustomerInput!) {{ customerCreate(input: $input) {selection(payload, **MERGED)} }}"
    for step in capture["precondition"].values():
        steps.play(create, step["variables"], step["response"])
    refuse_merges(steps, capture["validation"])

    preview = capture["preview"]
    shape = selection(preview["response"]["data"]["customerMergePreview"], **MERGED)
    steps.play(preview_document(shape), preview["variables"], preview["response"])
    steps.seconds = 0
    steps.play(MERGE, capture["mutation"]["variables"], capture["mutation"]["response"])
    steps.seconds = 2
    for poll in capture["statusPolls"]:
        steps.play(f"query($jobId: ID!) {{ {STATUS} }}", poll["variables"], poll["response"])

    customer = selection(payload["customer"], **MERGED)
    read = f"""query($one: ID!, $two: ID!, $emailOne: String!, $emailTwo: String!, $jobId: ID!) {{
      source: customer(id: $one) {customer}
      result: customer(id: $two) {customer}
      byEmailOne: customerByIdentifier(identifier: {{emailAddress: $emailOne}}) {{ id }}
      byEmailTwo: customerByIdentifier(identifier: {{emailAddress: $emailTwo}}) {{
        id email defaultEmailAddress {{ emailAddress }}
      }}
      customersCount {{ count precision }}
      mergeStatus: {STATUS}
    }}"""
    found = capture["downstreamRead"]
    steps.play(read, found["variables"], found["response"], differs={"count"})
    steps.play(DELETE, capture["cleanup"]["variables"], capture["cleanup"]["response"])


def refuse_merges(steps: Steps, cases: dict[str, Any]) -> None:
    documents = {
        "missingArgument": """
  mutation CustomerMergeMissingArgument($one: ID!) {
    customerMerge(customerOneId: $one) { resultingCustomerId }
  }""",
        "blankLiteralIds": """
  mutation CustomerMergeBlankLiteralIds {
    customerMerge(customerOneId: "", customerTwoId: "") { resultingCustomerId }
  }""",
        "selfPreview": preview_document("{ resultingCustomerId }"),
    }
    for name, case in cases.items():
        steps.play(documents.get(name, MERGE), case["variables"], case["response"])
