"""Whatever JSON comes to the schema and association routes, the answer is HubSpot's, never a bug's."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.hubspot.account import settings as account_settings
from sandbox.hubspot.links import associations
from sandbox.hubspot.routing import Route
from sandbox.hubspot.schema import pipelines, properties
from tests.sandbox.hubspot.account import Account

ROUTES = (*properties.ROUTES, *pipelines.ROUTES, *associations.ROUTES, *account_settings.ROUTES)
PARTS = {
    "V": ["2026-09", "2026-03", "v3", "v4"],
    "type": ["orders", "0-2", "products", "gadgets", "deals"],
    "to": ["contacts", "line_item", "0-2", "gadgets"],
    "name": ["key", "hs_tax", "never_was"],
    "group": ["g", "never_was"],
    "pipeline": ["p", "never_was"],
    "stage": ["s", "never_was"],
    "id": ["ORDER", "CONTACT", "1", "x"],
    "to_id": ["CONTACT", "COMPANY", "1", "x"],
    "type_id": ["507", "x", "99999999999"],
    "rule": ["REGEX"],
    "verb": ["create"],
}
NAMES = """
name label type fieldType groupName options hidden displayOrder value inputs archived stages metadata stageId state
pipelineId from to id types associationTypeId associationCategory inverseLabel after
"""
FIELDS = st.sampled_from(NAMES.split())
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["string", "text", "select", "enumeration", "order_information", "HUBSPOT_DEFINED", "OPEN"])
    | st.sampled_from([0, -1, 1, 507, 509, 934, 2**31, "ORDER", "CONTACT", "COMPANY", "order_to_contact"])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=6),
    max_leaves=16,
)
END = st.fixed_dictionaries({"id": st.sampled_from(["ORDER", "CONTACT", "COMPANY", "1"]) | JSON})
LIKELY: dict[str, Any] = {
    "inputs": st.lists(
        st.fixed_dictionaries({"from": END, "to": END | st.lists(END, max_size=2), "types": JSON, "id": SCALARS})
        | JSON,
        max_size=3,
    ),
    "stages": st.lists(
        st.fixed_dictionaries({"label": SCALARS, "displayOrder": SCALARS, "metadata": JSON, "stageId": SCALARS}),
        max_size=3,
    ),
}
BODIES = JSON | st.dictionaries(FIELDS, JSON, max_size=8) | st.fixed_dictionaries({}, optional=LIKELY)


@st.composite
def paths(draw: st.DrawFn, route: Route) -> str:
    path = route.path
    for name, values in PARTS.items():
        path = path.replace("{" + name + "}", draw(st.sampled_from(values)))
    return path


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_any_json_gets_an_answer_in_hubspots_shape(data: st.DataObject) -> None:
    account = Account()
    ids = {
        "ORDER": account.record("orders", hs_order_name="#1"),
        "CONTACT": account.record("contacts", firstname="A"),
        "COMPANY": account.record("companies", name="A"),
    }
    account.post(
        "/crm/pipelines/2026-09/orders", {"label": "P", "displayOrder": 1, "pipelineId": "p", "stages": [STAGE]}
    )
    route = data.draw(st.sampled_from(ROUTES))
    text = data.draw(paths(route)) + "\n" + json.dumps(data.draw(BODIES))
    for name, record_id in ids.items():
        text = text.replace(name, record_id)
    path, _, body = text.partition("\n")

    response = account.client.request(route.method, path, content=body.encode())

    if response.status_code in (404, 204):
        return
    answer = response.json()
    if response.status_code == 501:
        assert answer.keys() == {"sandbox", "vendor", "missing"}
    elif response.status_code >= 400:
        assert response.status_code < 500
        assert {"status", "message", "correlationId"} <= answer.keys()


STAGE = {"label": "S", "displayOrder": 0, "stageId": "s", "metadata": {}}


def test_the_id_that_is_too_long_gets_hubspots_own_500() -> None:
    account = Account()
    pipeline = {"label": "P", "displayOrder": 1, "pipelineId": "p" * 37, "stages": [STAGE]}

    assert account.post("/crm/pipelines/2026-09/orders", pipeline, status=500)["message"] == "internal error"


def test_broken_json_is_a_400() -> None:
    account = Account()
    for method, path in (
        ("POST", "/crm/properties/2026-09/orders"),
        ("POST", "/crm/pipelines/2026-09/orders"),
        ("POST", "/crm/associations/2026-09/orders/contacts/batch/create"),
        ("POST", "/crm/v3/associations/orders/contacts/batch/read"),
    ):
        response = account.client.request(method, path, content=b'{"inputs": [')
        assert response.status_code == 400
        assert response.json()["category"] == "VALIDATION_ERROR"
