"""How fast the simulators are, and how much room a big world takes: `make bench`.

Each figure stands beside a peer measured in the same run, and ends with an oracle: a number about work that was not
done, or not done right, is not printed.
"""

import json
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from statistics import median
from typing import Any

import httpx

from sandbox.hubspot.model import ORDER
from sandbox.hubspot.simulator import HubSpot
from sandbox.mounts import Transport
from sandbox.seed import Size, fill
from sandbox.shopify.orders.order_money import total_price
from sandbox.shopify.orders.order_table import orders_of
from sandbox.shopify.simulator import STATIC_TOKEN, Shopify

ROUNDS = 40
BATCH = 100
WORLD = 100_000
UPSERT_LIMIT_MS = 5.0
SEED_LIMIT_S = 60.0
MEMORY_LIMIT_MB = 1_500.0

KEY = "tandem_key"
TEXTS = ("hs_order_note", "hs_tags", "hs_landing_site", "hs_referring_site", "hs_shipping_method", "hs_discount_codes",
         "hs_payment_status", "hs_fulfillment_status", "hs_external_order_status", "hs_external_order_url",
         "hs_external_checkout_id", "hs_external_cart_id", "hs_shipping_address_name", "hs_shipping_address_street",
         "hs_shipping_address_city", "hs_shipping_address_country", "hs_billing_address_name",
         "hs_billing_address_street", "hs_billing_address_city", "hs_billing_address_country")  # fmt: skip
AMOUNTS = ("hs_total_price", "hs_subtotal_price", "hs_tax", "hs_shipping_cost", "hs_order_discount")


def main() -> None:
    if sys.argv[1:]:
        figures = WORLDS[sys.argv[1]]()
        figures["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(figures))
        return
    lines = [upsert(), orders_by_id()]
    lines += [world(name) for name in WORLDS]
    print("\n".join(line for line, _ in lines))
    if missed := [line for line, good in lines if not good]:
        sys.exit("over the limit:\n" + "\n".join(missed))


def account() -> tuple[HubSpot, httpx.Client]:
    """An account with the key property and no limit on calls per 10 s but time itself."""
    hubspot = HubSpot(switches={"search_lag": "0"})
    client = httpx.Client(
        transport=Transport(hubspot),
        base_url="https://api.hubapi.com",
        headers={"Authorization": f"Bearer {hubspot.app.token}"},
    )
    for kind, group in (("orders", "order_information"), ("line_items", "lineiteminformation")):
        made = client.post(
            f"/crm/properties/2026-09/{kind}",
            json={
                "name": KEY,
                "label": "Key",
                "type": "string",
                "fieldType": "text",
                "groupName": group,
                "hasUniqueValue": True,
            },
        )
        assert made.status_code == 201, made.text
    hubspot.clock.advance(10)
    return hubspot, client


def order_input(number: int, note: str) -> dict[str, Any]:
    """An upsert of an order with 30 properties."""
    properties = {name: f"{name} {number}" for name in TEXTS}
    properties |= dict.fromkeys(AMOUNTS, f"{number % 900}.{number % 90 + 10}")
    properties |= {
        KEY: f"bench:order:{number}",
        "hs_order_name": f"#{number}",
        "hs_external_order_id": str(number),
        "hs_currency_code": "EUR",
        "hs_order_note": note,
        "hs_source_store": "bench.myshopify.com",
    }
    return {"idProperty": KEY, "id": properties[KEY], "objectWriteTraceId": str(number), "properties": properties}


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds of processor time, which a busy machine does not stretch, and what came of it."""
    start = time.process_time()
    result = work()
    return (time.process_time() - start) * 1000, result


def upsert() -> tuple[str, bool]:
    """Batches of 100 orders with 30 properties, half of them new each time; the peer only reads and writes the JSON."""
    hubspot, client = account()
    peer = httpx.Client(transport=httpx.MockTransport(_echo), base_url="https://api.hubapi.com")
    path = "/crm/objects/2026-09/orders/batch/upsert"
    took: list[float] = []
    floor: list[float] = []
    expected: dict[str, dict[str, str]] = {}
    for round_number in range(ROUNDS):
        first = round_number * BATCH // 2
        inputs = [order_input(n, f"round {round_number}") for n in range(first, first + BATCH)]
        milliseconds, answer = timed(partial(client.post, path, json={"inputs": inputs}))
        assert answer.status_code == 200, answer.text
        took.append(milliseconds)
        floor.append(timed(partial(peer.post, path, json={"inputs": inputs}))[0])
        expected |= {one["id"]: one["properties"] for one in inputs}
        hubspot.clock.advance(1)
    held = {record.properties[KEY]: record.properties for record in hubspot.portal.of(ORDER).live()}
    assert held.keys() == expected.keys()
    assert all(_same(held[key], properties) for key, properties in expected.items())
    line = (
        f"batch upsert of {BATCH} orders with 30 properties: median {median(took):.2f} ms, worst {max(took):.2f} ms "
        f"(limit {UPSERT_LIMIT_MS} ms); reading and writing the same JSON alone {median(floor):.2f} ms"
    )
    return line, median(took) < UPSERT_LIMIT_MS


def _echo(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json=json.loads(request.content))


def _same(held: dict[str, str], sent: dict[str, str]) -> bool:
    return all(
        Decimal(held[name]) == Decimal(value) if name in AMOUNTS else held[name] == value
        for name, value in sent.items()
    )


QUERY = """query($ids: [ID!]!) { nodes(ids: $ids) { ... on Order {
  id name updatedAt displayFinancialStatus displayFulfillmentStatus tags
  currentTotalPriceSet { shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }
  customer { id defaultEmailAddress { emailAddress } }
  lineItems(first: 20) { nodes { id sku quantity currentQuantity product { id } variant { id }
    originalUnitPriceSet { shopMoney { amount } } discountedTotalSet { shopMoney { amount } } } } } } }"""


def orders_by_id() -> tuple[str, bool]:
    """50 orders by id, as a worker re-reads them."""
    shopify = Shopify()
    fill(shopify, Size(100, 30, 500, 2, 0), days=30)
    client = httpx.Client(
        transport=Transport(shopify),
        base_url=f"https://{shopify.shop.settings.domain}",
        headers={"X-Shopify-Access-Token": STATIC_TOKEN},
    )
    rows = list(orders_of(shopify.shop).rows.values())[:50]
    body = {"query": QUERY, "variables": {"ids": [row.id for row in rows]}}
    took = []
    for _ in range(ROUNDS):
        milliseconds, answer = timed(lambda: client.post("/admin/api/2026-10/graphql.json", json=body).json())
        took.append(milliseconds)
        assert [node["id"] for node in answer["data"]["nodes"]] == [row.id for row in rows], answer
        shopify.clock.advance(1)
    return f"50 orders by id through GraphQL: median {median(took):.1f} ms, worst {max(took):.1f} ms", True


def shopify_world() -> dict[str, float]:
    """A store of 100,000 orders."""
    start = time.process_time()
    shopify = Shopify()
    size = Size(WORLD // 2, WORLD // 100, WORLD, 50, WORLD // 25)
    fill(shopify, size, days=365)
    seconds = time.process_time() - start
    orders = list(orders_of(shopify.shop).rows.values())
    assert len(orders) == WORLD
    assert all(total_price(order).shop >= 0 for order in orders)
    bought = Counter(order.customer.id for order in orders if order.customer)
    counted = {buyer.id: buyer.number_of_orders for buyer in shopify.shop.customers.rows.values()}
    assert all(counted[gid] == number for gid, number in bought.items())
    return {"seconds": seconds, "lines": sum(len(order.lines) for order in orders)}


def hubspot_world() -> dict[str, float]:
    """100,000 orders and 250,000 lines, written through the API as a backfill would."""
    start = time.process_time()
    hubspot, client = account()
    lines = 0
    for first in range(0, WORLD, BATCH):
        inputs = [order_input(n, "first") for n in range(first, first + BATCH)]
        answer = client.post("/crm/objects/2026-09/orders/batch/upsert", json={"inputs": inputs}).json()
        ids = [result["id"] for result in answer["results"]]
        made = [_line(first, place, ids[place % BATCH]) for place in range(BATCH * 5 // 2)]
        for begin in range(0, len(made), BATCH):
            part = client.post(
                "/crm/objects/2026-09/line_items/batch/create", json={"inputs": made[begin : begin + BATCH]}
            )
            assert part.status_code == 201, part.text
            lines += len(part.json()["results"])
        hubspot.clock.advance(1)
    seconds = time.process_time() - start
    assert hubspot.state("") == hubspot.state("") | {"orders": WORLD, "line_items": WORLD * 5 // 2}
    return {"seconds": seconds, "lines": lines}


def _line(first: int, place: int, order_id: str) -> dict[str, Any]:
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 514}]
    return {
        "properties": {KEY: f"bench:line:{first}:{place}", "name": "Mug / Moss", "quantity": "2", "price": "9.95"},
        "associations": [{"to": {"id": order_id}, "types": types}],
    }


WORLDS: dict[str, Callable[[], dict[str, float]]] = {"shopify": shopify_world, "hubspot": hubspot_world}


def world(name: str) -> tuple[str, bool]:
    """One world in a process of its own, so that its memory is its own."""
    run = subprocess.run([sys.executable, "-m", "bench.sandbox", name], check=True, capture_output=True, text=True)
    figures = json.loads(run.stdout)
    memory = figures["memory"]
    line = (
        f"{name}: {WORLD} orders with {figures['lines']:.0f} lines in {figures['seconds']:.1f} s "
        f"(limit {SEED_LIMIT_S:.0f} s), {memory:.0f} MB (limit {MEMORY_LIMIT_MB:.0f} MB)"
    )
    return line, figures["seconds"] < SEED_LIMIT_S and memory < MEMORY_LIMIT_MB


if __name__ == "__main__":
    main()
