"""A store read by bulk operations: three calls and a file for all customers, and as many for all orders."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import httpx

API = "/admin/api/2026-10/graphql.json"
BEGIN = "mutation($q: String!) { bulkOperationRunQuery(query: $q) { bulkOperation { id } userErrors { message } } }"
STATE = "query($id: ID!) { bulkOperation(id: $id) { status url } }"
CUSTOMERS = "{ customers { edges { node { id firstName lastName defaultEmailAddress { emailAddress } } } } }"
ORDERS = """{ orders { edges { node {
  id name test currencyCode currentTotalPriceSet { shopMoney { amount } }
  customer { defaultEmailAddress { emailAddress } }
  lineItems { edges { node { id name sku currentQuantity originalUnitPriceSet { shopMoney { amount } } } } }
} } } }"""
POLL = 1.0
"""Seconds between two looks at an operation."""

Node = dict[str, Any]


async def customers(shopify: httpx.AsyncClient) -> list[Node]:
    """Those with an e-mail address."""
    return [node for node in await _export(shopify, CUSTOMERS) if email(node)]


async def orders(shopify: httpx.AsyncClient) -> list[Node]:
    """No test orders; each with those of its `lines` that still stand."""
    found: dict[str, Node] = {}
    for node in await _export(shopify, ORDERS):
        if "__parentId" not in node:
            found[node["id"]] = node | {"lines": []}
        elif node["currentQuantity"] > 0:
            found[node["__parentId"]]["lines"].append(node)
    return [order for order in found.values() if not order["test"]]


async def _export(shopify: httpx.AsyncClient, query: str) -> list[Node]:
    begun = (await _ask(shopify, BEGIN, {"q": query}))["bulkOperationRunQuery"]
    assert not begun["userErrors"], begun
    while (now := (await _ask(shopify, STATE, {"id": begun["bulkOperation"]["id"]}))["bulkOperation"])["url"] is None:
        assert now["status"] in ("CREATED", "RUNNING"), now
        await asyncio.sleep(POLL)
    text = (await shopify.get(now["url"])).raise_for_status().text
    return [json.loads(line) for line in text.splitlines()]


async def _ask(shopify: httpx.AsyncClient, query: str, variables: Mapping[str, Any]) -> Any:
    answer = await shopify.post(API, json={"query": query, "variables": variables})
    return answer.raise_for_status().json()["data"]


def email(node: Node | None) -> str:
    """A customer's address as HubSpot keeps it; empty without one."""
    return (((node or {}).get("defaultEmailAddress") or {}).get("emailAddress") or "").lower()


def number(node: Node) -> str:
    return str(node["id"]).rpartition("/")[2]


def order_values(order: Node) -> dict[str, str]:
    return {
        "hs_order_name": order["name"],
        "hs_external_order_id": number(order),
        "hs_currency_code": order["currencyCode"],
        "hs_total_price": order["currentTotalPriceSet"]["shopMoney"]["amount"],
    }


def line_values(line: Node) -> dict[str, str]:
    return {
        "name": line["name"],
        "hs_sku": line["sku"] or "",
        "quantity": str(line["currentQuantity"]),
        "price": line["originalUnitPriceSet"]["shopMoney"]["amount"],
    }


def contact_values(customer: Node) -> dict[str, str]:
    names = {"firstname": customer["firstName"] or "", "lastname": customer["lastName"] or ""}
    return {"email": email(customer)} | names
