"""The account as a whole: versions and aliases of paths, faults by endpoint, its page; a seed repeats it all."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from sandbox.hubspot.routing import canonical
from sandbox.hubspot.simulator import ROUTER, HubSpot
from sandbox.mounts import Transport
from sandbox.simulator import Simulator

CONTACTS = "/crm/objects/2026-09/contacts"


@pytest.fixture
def hubspot() -> HubSpot:
    return HubSpot(switches={"search_lag": "0"})


def opened(hubspot: HubSpot) -> httpx.Client:
    return httpx.Client(
        transport=Transport(hubspot),
        base_url="https://api.hubapi.com",
        headers={"Authorization": f"Bearer {hubspot.app.token}"},
    )


@pytest.fixture
def api(hubspot: HubSpot) -> Iterator[httpx.Client]:
    with opened(hubspot) as client:
        yield client


@pytest.mark.parametrize("path", [CONTACTS, "/crm/objects/2026-03/contacts", "/crm/v3/objects/contacts"])
@pytest.mark.parametrize("name", ["contacts", "contact", "0-1"])
def test_one_record_by_every_version_and_name(api: httpx.Client, path: str, name: str) -> None:
    created = api.post(path, json={"properties": {"email": "jane@example.com"}})
    assert created.status_code == 201
    read = api.get(f"{path.removesuffix('contacts')}{name}/{created.json()['id']}")
    assert read.json()["properties"]["email"] == "jane@example.com"


@pytest.mark.parametrize(
    ("legacy", "dated"),
    [
        ("/crm/v3/objects/orders/batch/upsert", "/crm/objects/v3/orders/batch/upsert"),
        ("/crm/v4/objects/orders/1/associations/contacts", "/crm/objects/v4/orders/1/associations/contacts"),
        ("/crm/v4/associations/orders/contacts/batch/create", "/crm/associations/v4/orders/contacts/batch/create"),
        ("/crm/v3/properties/orders", "/crm/properties/v3/orders"),
        ("/crm/v3/pipelines/orders", "/crm/pipelines/v3/orders"),
        ("/account-info/v3/details", "/account-info/v3/details"),
        ("/crm/objects/2026-09/orders", "/crm/objects/2026-09/orders"),
    ],
)
def test_legacy_paths_are_aliases(legacy: str, dated: str) -> None:
    assert canonical(legacy) == dated


def test_every_route_can_be_reached(hubspot: HubSpot, api: httpx.Client) -> None:
    """No route stands in the shadow of one before it."""
    for route in ROUTER.routes:
        path = route.path.replace("{V}", "2026-09")
        for place, value in (("type", "contacts"), ("to", "orders"), ("from", "orders")):
            path = path.replace(f"{{{place}}}", value)
        while "{" in path:
            path = path[: path.index("{")] + "5" + path[path.index("}") + 1 :]
        hubspot.log.clear()
        api.request(route.method, path)
        assert dict(hubspot.log.counts) == {route.endpoint: 1}


def test_a_trailing_slash_is_forgiven(api: httpx.Client) -> None:
    assert api.get(CONTACTS + "/").status_code == 200


def test_calls_are_counted_by_endpoint_whatever_the_version(hubspot: HubSpot, api: httpx.Client) -> None:
    for path in (CONTACTS, "/crm/v3/objects/contacts", "/crm/objects/2026-03/orders", "/nowhere"):
        api.get(path)
    assert dict(hubspot.log.counts) == {"GET /crm/objects/{V}/{type}": 3, "GET (unknown path)": 1}


def test_a_fault_hits_the_endpoint_it_names(hubspot: HubSpot, api: httpx.Client) -> None:
    hubspot.faults.add("status", "POST /crm/objects/{V}/{type}/batch/*", status=423)
    batch = {"inputs": [{"properties": {"email": "jane@example.com"}}]}
    assert api.post(f"{CONTACTS}/batch/create", json=batch).status_code == 423
    assert api.post(CONTACTS, json={"properties": {"email": "jane@example.com"}}).status_code == 201


@pytest.mark.parametrize(("kind", "landed"), [("lose", True), ("status_after", True), ("status", False), ("cut", True)])
def test_whether_a_write_landed(hubspot: HubSpot, api: httpx.Client, kind: str, landed: bool) -> None:
    hubspot.faults.add(kind, "POST *", status=500, times=1)
    body = {"properties": {"email": "jane@example.com"}}
    try:
        assert api.post(CONTACTS, json=body).status_code == 500
    except httpx.TransportError:
        assert kind in {"lose", "cut"}
    assert api.post(CONTACTS, json=body).status_code == (409 if landed else 201)


def test_a_late_write_lands_behind_a_newer_one(hubspot: HubSpot, api: httpx.Client) -> None:
    id_ = api.post(CONTACTS, json={"properties": {"email": "jane@example.com"}}).json()["id"]
    hubspot.faults.add("late", "PATCH *", seconds=[30, 30], times=1)
    with pytest.raises(httpx.ReadTimeout):
        api.patch(f"{CONTACTS}/{id_}", json={"properties": {"city": "old"}})
    api.patch(f"{CONTACTS}/{id_}", json={"properties": {"city": "new"}})
    hubspot.clock.advance(30)
    shown = api.get(f"{CONTACTS}/{id_}", params={"properties": "city"}).json()
    assert shown["properties"]["city"] == "old"


def test_state_tells_counts_and_records(api: httpx.Client) -> None:
    id_ = api.post(CONTACTS, json={"properties": {"email": "jane@example.com"}}).json()["id"]
    counts = api.get("/__sandbox/state").json()
    assert (counts["contacts"], counts["orders"]) == (1, 0)
    [record] = api.get("/__sandbox/state/contacts").json()
    assert (record["id"], record["archived"], record["properties"]["email"]) == (id_, False, "jane@example.com")
    api.delete(f"{CONTACTS}/{id_}")
    assert api.get("/__sandbox/state").json()["contacts"] == 0
    assert api.get("/__sandbox/state/contacts").json()[0]["archived"] is True
    assert api.get("/__sandbox/state/unicorns").status_code == 404


def test_the_page_shows_records_links_and_calls(hubspot: HubSpot, api: httpx.Client) -> None:
    person = hubspot.actions["create"]("contacts", {"email": "jane@example.com", "firstname": "<script>"})["id"]
    order = hubspot.actions["create"]("orders", {"hs_order_name": "#1042"})["id"]
    hubspot.actions["associate"]("orders", order, "contacts", person)
    api.get(CONTACTS)
    page = api.get("/").text
    assert "hs_order_name: #1042" in page
    assert f"contacts {person}" in page
    assert f"orders {order}" in page
    assert "GET /crm/objects/{V}/{type}" in page
    assert "<script>" not in page


def test_another_account_is_another_world(hubspot: HubSpot, api: httpx.Client) -> None:
    api.post(CONTACTS, json={"properties": {"email": "jane@example.com"}})
    with opened(HubSpot()) as other:
        assert other.get(CONTACTS).json()["results"] == []


def busy(hubspot: HubSpot, api: httpx.Client) -> list[Any]:
    """A long and varied run, with every kind of fault, as a list of all that was answered."""
    for kind in ("refuse", "delay", "cut", "lose", "late", "status", "status_after", "truncate", "html"):
        hubspot.faults.add(kind, probability=0.04, status=503)
    hubspot.actions["share_limits"](share=0.3)
    seen: list[Any] = []

    def call(method: str, path: str, **body: Any) -> Any:
        try:
            response = api.request(method, path, json=body or None)
        except httpx.TransportError as error:
            seen.append(type(error).__name__)
            return {}
        seen.append((response.status_code, response.content, sorted(response.headers.items())))
        return response.json() if response.status_code < 300 and response.text.endswith("}") else {}

    for number in range(60):
        made = call("POST", CONTACTS, properties={"email": f"jane{number % 40}@example.com", "city": f"{number}"})
        orders = [{"properties": {"hs_order_name": f"#{number}.{n}"}, "objectWriteTraceId": str(n)} for n in range(3)]
        call("POST", "/crm/objects/2026-09/orders/batch/create", inputs=orders)
        call("POST", f"{CONTACTS}/search", sorts=["-lastmodifieddate"], limit=5)
        if made.get("id"):
            call("PATCH", f"{CONTACTS}/{made['id']}", properties={"city": "elsewhere"})
        call("GET", f"{CONTACTS}?limit=3")
        hubspot.clock.advance(0.5)
    return [seen, hubspot.log.as_json(10_000), hubspot.state("contacts"), hubspot.state("orders")]


def test_same_seed_and_same_calls_give_the_same_trace() -> None:
    def run(seed: int) -> list[Any]:
        hubspot = HubSpot(seed=seed)
        with opened(hubspot) as api:
            return busy(hubspot, api)

    first = run(21)
    assert run(21) == first
    assert run(22) != first


def test_a_reset_repeats_the_run() -> None:
    hubspot = HubSpot(seed=4)
    with opened(hubspot) as api:
        first = busy(hubspot, api)
        hubspot.reset(4)
        assert busy(hubspot, api) == first


def test_a_run_over_loopback_is_the_run_in_process(serve: Callable[[Simulator], str]) -> None:
    """But for the clock, which keeps real time there."""

    def run(api: httpx.Client) -> list[Any]:
        made = [api.post(CONTACTS, json={"properties": {"email": f"u{n}@example.com"}}).json()["id"] for n in range(20)]
        refused = api.post(CONTACTS, json={"properties": {"email": "u1@example.com"}})
        return [made, refused.json()]

    served = HubSpot(seed=9)
    token = {"Authorization": f"Bearer {served.app.token}"}
    with opened(HubSpot(seed=9)) as inside, httpx.Client(base_url=serve(served), headers=token) as outside:
        assert run(inside) == run(outside)
