"""HubSpot's own two Python clients, as they are on PyPI, against the simulator on a socket.

`hubspot-api-client` speaks v3 and v4, `hubspot-sdk` 2026-03. Both parse every answer into their own types.
"""

from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import version

import httpx
import hubspot
import hubspot_sdk
import pytest
from hubspot.crm.associations import v4

from sandbox.hubspot.simulator import HubSpot
from sandbox.mounts import Transport
from sandbox.simulator import Simulator
from tests.sandbox.hubspot.sdk import KEY, NAMES, Legacy, status_and_body


@pytest.fixture
def account() -> HubSpot:
    """An account in which every object has a unique property of ours."""
    made = HubSpot(switches={"search_lag": "0"})
    token = {"Authorization": f"Bearer {made.app.token}"}
    with httpx.Client(transport=Transport(made), base_url="https://api.hubapi.com", headers=token) as api:
        for object_type in NAMES:
            groups = api.get(f"/crm/properties/2026-09/{object_type}/groups").json()["results"]
            body = {"name": KEY, "label": "Key", "type": "string", "fieldType": "text", "hasUniqueValue": True}
            created = api.post(f"/crm/properties/2026-09/{object_type}", json=body | {"groupName": groups[0]["name"]})
            assert created.status_code == 201, created.text
    made.clock.advance(20)
    return made


@pytest.fixture
def url(account: HubSpot, serve: Callable[[Simulator], str]) -> str:
    return serve(account)


@pytest.fixture
def legacy(account: HubSpot, url: str) -> Iterator[Legacy]:
    made = Legacy(url, account.app.token)
    yield made
    made.close()


@pytest.fixture
def sdk(account: HubSpot, url: str) -> Iterator[hubspot_sdk.HubSpot]:
    """The newer client, told to repeat nothing by itself."""
    with httpx.Client(trust_env=False) as http:
        yield hubspot_sdk.HubSpot(access_token=account.app.token, base_url=url, max_retries=0, http_client=http)


def test_the_clients_are_the_ones_pinned() -> None:
    assert (version("hubspot-api-client"), version("hubspot-sdk")) == ("12.0.0", "0.1.0a9")


@pytest.mark.parametrize(("object_type", "name"), NAMES.items())
def test_legacy_client_keeps_records(account: HubSpot, legacy: Legacy, object_type: str, name: str) -> None:
    made = legacy.call(
        "basic",
        object_type,
        "create",
        simple_public_object_input_for_create={"properties": {name: "One", KEY: "k1"}, "associations": []},
    )
    assert (made.properties[name], made.archived) == ("One", False)
    wishes = [
        {"id": "k1", "idProperty": KEY, "properties": {name: "Uno", KEY: "k1"}},
        {"id": "k2", "idProperty": KEY, "properties": {name: "Due", KEY: "k2"}},
    ]
    done = legacy.call(
        "batch",
        object_type,
        "upsert",
        batch_input_simple_public_object_batch_input_upsert={"inputs": wishes},
    )
    assert done.status == "COMPLETE"
    assert {(each.properties[name], each.new) for each in done.results} == {("Uno", False), ("Due", True)}
    read = legacy.call(
        "batch",
        object_type,
        "read",
        batch_read_input_simple_public_object_id={
            "inputs": [{"id": "k1"}, {"id": "k2"}],
            "idProperty": KEY,
            "properties": [name],
            "propertiesWithHistory": [],
        },
    )
    assert {each.properties[name] for each in read.results} == {"Uno", "Due"}
    archive = {"contacts": "contact_id", "companies": "company_id", "products": "product_id"}
    id_name = archive.get(object_type, "line_item_id" if object_type == "line_items" else "object_id")
    assert legacy.call("basic", object_type, "archive", **{id_name: made.id}) is None
    status, _ = status_and_body(partial(legacy.call, "basic", object_type, "get_by_id", **{id_name: made.id}))
    assert status == 404


@pytest.mark.parametrize(("object_type", "name"), NAMES.items())
def test_legacy_client_searches_and_pages(account: HubSpot, legacy: Legacy, object_type: str, name: str) -> None:
    for number in range(7):
        account.actions["create"](object_type, {name: f"N{number}"})
    search = {
        "filterGroups": [{"filters": [{"propertyName": name, "operator": "EQ", "value": "n5"}]}],
        "sorts": ["hs_object_id"],
        "properties": [name],
        "limit": 10,
        "after": "0",
    }
    found = legacy.call("search", object_type, "do_search", public_object_search_request=search)
    assert (found.total, [each.properties[name] for each in found.results]) == (1, ["N5"])
    names, after = [], None
    while True:
        page = legacy.call("basic", object_type, "get_page", limit=3, after=after, properties=[name])
        names += [each.properties[name] for each in page.results]
        if page.paging is None:
            break
        after = page.paging.next.after
    assert names == [f"N{number}" for number in range(7)]


def test_legacy_client_associates(account: HubSpot, legacy: Legacy) -> None:
    order = account.actions["create"]("orders", {"hs_order_name": "#1"})["id"]
    person = account.actions["create"]("contacts", {"email": "jane@example.com"})["id"]
    linked = legacy.associate("orders", order, "contacts", person)
    assert linked.status == "COMPLETE"
    assert {spec.association_spec.association_type_id for spec in linked.results} == {507, 508}
    api = legacy.client.crm.associations.v4.basic_api
    legacy.opened.append(api)
    page = api.get_page("orders", order, "contacts", limit=500)
    assert [str(each.to_object_id) for each in page.results] == [person]
    batch = legacy.client.crm.associations.v4.batch_api
    legacy.opened.append(batch)
    read = batch.get_page(
        "orders", "contacts", v4.BatchInputPublicFetchAssociationsBatchRequest(inputs=[{"id": order}])
    )
    assert [str(to.to_object_id) for to in read.results[0].to] == [person]


def test_legacy_client_raises_what_hubspot_says(account: HubSpot, legacy: Legacy, url: str) -> None:
    create = partial(legacy.call, "basic", "contacts", "create")
    body = {"properties": {"email": "jane@example.com"}, "associations": []}
    made = create(simple_public_object_input_for_create=body)
    status, said = status_and_body(partial(create, simple_public_object_input_for_create=body))
    assert (status, said["category"]) == (409, "CONFLICT")
    assert said["message"] == f"Contact already exists. Existing ID: {made.id}"
    wrong = {"properties": {"no_such_thing": "x"}, "associations": []}
    status, said = status_and_body(partial(create, simple_public_object_input_for_create=wrong))
    assert (status, said["category"]) == (400, "VALIDATION_ERROR")
    status, _ = status_and_body(partial(legacy.call, "basic", "contacts", "get_by_id", contact_id="1"))
    assert status == 404
    account.actions["share_limits"](calls_per_second=1_000)
    account.clock.advance(10)
    status, said = status_and_body(partial(legacy.call, "basic", "contacts", "get_page"))
    assert (status, said["policyName"]) == (429, "TEN_SECONDLY_ROLLING")
    stranger = Legacy(url, "wrong")
    with pytest.raises(hubspot.crm.contacts.exceptions.UnauthorizedException):
        stranger.call("basic", "contacts", "get_page")
    stranger.close()


def test_legacy_client_walks_all_pages_by_itself(account: HubSpot, legacy: Legacy) -> None:
    for number in range(120):
        account.actions["create"]("contacts", {"email": f"u{number}@example.com"})
    assert len(legacy.client.crm.contacts.get_all()) == 120


@pytest.mark.parametrize(("object_type", "name"), NAMES.items())
def test_sdk_keeps_records(sdk: hubspot_sdk.HubSpot, object_type: str, name: str) -> None:
    api = getattr(sdk.crm.objects, object_type)
    made = api.create(properties={name: "One", KEY: "k1"}, associations=[])
    assert (made.properties[name], made.archived) == ("One", False)
    done = api.batch.upsert(
        inputs=[
            {"id": "k1", "id_property": KEY, "properties": {name: "Uno", KEY: "k1"}},
            {"id": "k2", "id_property": KEY, "properties": {name: "Due", KEY: "k2"}},
        ]
    )
    assert {(each.properties[name], each.new) for each in done.results} == {("Uno", False), ("Due", True)}
    read = api.batch.get(
        inputs=[{"id": "k1"}, {"id": "k2"}], id_property=KEY, properties=[name], properties_with_history=[]
    )
    assert {each.properties[name] for each in read.results} == {"Uno", "Due"}
    changed = api.update(made.id, properties={name: "Eins"})
    assert changed.properties[name] == "Eins"
    assert api.get(made.id, properties=[name]).properties[name] == "Eins"
    api.delete(made.id)
    with pytest.raises(hubspot_sdk.NotFoundError):
        api.get(made.id)
    assert api.get(made.id, archived=True).archived is True


@pytest.mark.parametrize(("object_type", "name"), NAMES.items())
def test_sdk_searches_and_pages(account: HubSpot, sdk: hubspot_sdk.HubSpot, object_type: str, name: str) -> None:
    for number in range(7):
        account.actions["create"](object_type, {name: f"N{number}"})
    api = getattr(sdk.crm.objects, object_type)
    found = api.search(
        filter_groups=[{"filters": [{"property_name": name, "operator": "EQ", "value": "n5"}]}],
        sorts=["hs_object_id"],
        properties=[name],
        limit=10,
        after="0",
        query="",
    )
    assert (found.total, [each.properties[name] for each in found.results]) == (1, ["N5"])
    listed = [each.properties[name] for each in api.list(limit=3, properties=[name])]
    assert listed == [f"N{number}" for number in range(7)]


def test_sdk_associates(account: HubSpot, sdk: hubspot_sdk.HubSpot) -> None:
    order = account.actions["create"]("orders", {"hs_order_name": "#1"})["id"]
    person = account.actions["create"]("contacts", {"email": "jane@example.com"})["id"]
    line = sdk.crm.objects.line_items.create(
        properties={"name": "Mug", "quantity": "1", "price": "9.95"},
        associations=[
            {
                "to": {"id": order},
                "types": [{"association_category": "HUBSPOT_DEFINED", "association_type_id": 514}],
            }
        ],
    )
    done = sdk.crm.associations.batch.create_default(
        "contacts", from_object_type="orders", inputs=[{"from": {"id": order}, "to": {"id": person}}]
    )
    assert {each.association_spec.association_type_id for each in done.results} == {507, 508}
    lines = sdk.crm.associations.list("line_items", object_type="orders", object_id=order)
    assert [str(each.to_object_id) for each in lines] == [line.id]


def test_sdk_raises_the_class_for_each_refusal(account: HubSpot, sdk: hubspot_sdk.HubSpot) -> None:
    contacts = sdk.crm.objects.contacts
    made = contacts.create(properties={"email": "jane@example.com"}, associations=[])
    with pytest.raises(hubspot_sdk.ConflictError) as conflict:
        contacts.create(properties={"email": "jane@example.com"}, associations=[])
    assert conflict.value.body["message"].endswith(made.id)  # type: ignore[index]
    with pytest.raises(hubspot_sdk.BadRequestError):
        contacts.create(properties={"no_such_thing": "x"}, associations=[])
    with pytest.raises(hubspot_sdk.NotFoundError):
        contacts.get("1")
    with pytest.raises(hubspot_sdk.AuthenticationError):
        sdk.with_options(access_token="wrong").crm.objects.contacts.get(made.id)
    limited = account.actions["add_app"](scopes=["crm.objects.companies.read"])["token"]
    with pytest.raises(hubspot_sdk.PermissionDeniedError):
        sdk.with_options(access_token=limited).crm.objects.contacts.get(made.id)
    account.faults.add("status", status=503, times=1)
    with pytest.raises(hubspot_sdk.InternalServerError):
        contacts.get(made.id)
    account.actions["share_limits"](calls_per_second=1_000)
    account.clock.advance(10)
    with pytest.raises(hubspot_sdk.RateLimitError):
        contacts.get(made.id)


def test_legacy_client_gets_tokens(account: HubSpot, legacy: Legacy) -> None:
    app = account.actions["register_oauth_app"]("https://app.example.com/callback")
    location = account.actions["authorize"](app["clientId"])["location"]
    tokens, lookup = legacy.client.oauth.tokens_api, legacy.client.oauth.access_tokens_api
    legacy.opened += [tokens, lookup]
    client = {"client_id": app["clientId"], "client_secret": app["clientSecret"]}
    code, redirect = location.partition("code=")[2], "https://app.example.com/callback"
    first = tokens.create(grant_type="authorization_code", code=code, redirect_uri=redirect, **client)
    assert first.expires_in == 1_800
    second = tokens.create(grant_type="refresh_token", refresh_token=first.refresh_token, **client)
    assert lookup.get(second.access_token).app_id == int(app["appId"])


def test_sdk_reads_the_days_usage(sdk: hubspot_sdk.HubSpot) -> None:
    [usage] = sdk.account.get_daily_private_apps_usage().results
    assert usage.usage_limit == 625_000
