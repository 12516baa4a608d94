"""The page in a real browser: a person finds an order, its lines, its contact, and the latest calls."""

import os
import shutil
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Page, sync_playwright

from sandbox.hubspot.simulator import HubSpot
from sandbox.seed import Size, fill
from sandbox.shopify.orders.order_table import orders_of
from sandbox.shopify.simulator import Shopify
from sandbox.simulator import Simulator


@pytest.fixture
def page() -> Iterator[Page]:
    """A page of the machine's own Chromium. Absent: skipped with a word, or failed where it must be there."""
    chromium = shutil.which("chromium")
    if chromium is None:
        message = "needs chromium, which this machine does not have"
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


def test_a_person_finds_an_order_with_all_that_belongs_to_it(page: Page, serve: Callable[[Simulator], str]) -> None:
    hubspot = HubSpot()
    url = serve(hubspot)
    token = {"Authorization": f"Bearer {hubspot.app.token}"}
    with httpx.Client(base_url=f"{url}/crm/objects/2026-09/", headers=token, trust_env=False) as api:
        person = api.post("contacts", json={"properties": {"email": "jane@example.com"}}).json()["id"]
        order = api.post("orders", json={"properties": {"hs_order_name": "#1042 <b>"}}).json()["id"]
        of_order = {
            "to": {"id": order},
            "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 514}],
        }
        line = api.post("line_items", json={"properties": {"name": "Mug, blue"}, "associations": [of_order]}).json()[
            "id"
        ]
        api.put(f"orders/{order}/associations/default/contacts/{person}").raise_for_status()
        api.get("orders/1")

    page.goto(url)
    assert page.title() == "hubspot sandbox"
    page.get_by_role("link", name="orders (1)").click()
    assert page.url.endswith("#orders")
    row = page.get_by_role("row").filter(has=page.get_by_role("cell", name=order, exact=True)).inner_text()
    assert "#1042 <b>" in row
    assert f"contacts {person}" in row
    assert f"line_items {line}" in row
    assert (
        "Mug, blue" in page.get_by_role("row").filter(has=page.get_by_role("cell", name=line, exact=True)).inner_text()
    )
    latest = page.get_by_role("heading", name="Latest calls").locator("xpath=following-sibling::table[1]")
    first = latest.get_by_role("row").nth(1).inner_text()
    assert "GET /crm/objects/{V}/{type}/{id}" in first
    assert "404" in first


def test_a_person_finds_a_store_s_order_with_its_lines_buyer_and_checkout(
    page: Page, serve: Callable[[Simulator], str]
) -> None:
    shopify = Shopify(seed=2)
    fill(shopify, Size(customers=10, products=4, orders=12, companies=1, checkouts=1), days=10)
    order = next(
        one for one in orders_of(shopify.shop).rows.values() if one.customer and one.email and one.checkout_token
    )
    assert order.customer is not None
    page.goto(serve(shopify))
    page.get_by_role("link", name="Order (12)").click()
    row = page.get_by_role("row").filter(has_text=order.name).filter(has_text=str(order.checkout_token)).inner_text()
    assert f"customer {order.customer.legacy_resource_id}" in row
    assert f"{order.rate.presentment} · {order.email}" in row
    assert f"lines {' '.join(line.legacy_resource_id for line in order.lines)}" in row
