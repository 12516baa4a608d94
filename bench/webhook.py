"""What it costs to acknowledge a webhook: `python -m bench.webhook`.

The function as it is, with real boto3 clients, against an emulated account on loopback. Instructions are those of an
event more, under callgrind; AWS calls are counted on the wire. The peer puts each body on a queue and nothing else.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.figures import share, underway
from sandbox.cloud.account import environment
from sandbox.cloud.emulator import Emulator
from sandbox.shopify.simulator import CLIENT_SECRET
from tandem.model import Kind
from tests.functions.account import Account

ROOT = Path(__file__).resolve().parents[1]
SHOP = "cedar-quill-demo.myshopify.com"
EVENTS = 300
FEW, MANY = 10, 40
"""Events of two runs under callgrind: what they differ by is what so many events more cost."""
DRIVER = """
import json, sys, time
from %s import lambda_handler
took = []
for line in open(sys.argv[1]):
    event = json.loads(line)
    began = time.perf_counter()
    answer = lambda_handler(event, None)
    took.append(time.perf_counter() - began)
    assert answer["statusCode"] == 200, answer
print("TOOK " + json.dumps(took))
"""
HANDLERS = {
    "shopify_webhook": ("app", ROOT / "functions/shopify_webhook"),
    "peer: one message": ("webhook_peer", ROOT / "bench"),
}


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """One handler and one kind of event. Times are in ms, instructions in millions; None without valgrind.

    `calls` to AWS are those of an event, the secret that is read every five minutes left out.
    """

    handler: str
    event: str
    calls: float
    most: int
    p50: float
    p99: float
    instructions: float | None


def events(number: int, orders: int) -> Iterator[dict[str, Any]]:
    """Webhooks that tell of so many orders in turn, as the HTTP API hands them over."""
    recorded = json.loads((ROOT / "events/shopify_webhook.order_created.json").read_text())
    given = base64.b64decode(recorded["body"]) if recorded["isBase64Encoded"] else recorded["body"].encode()
    content = json.loads(given)
    for count in range(number):
        id_ = 6_000_000_000_000 + count % orders
        body = json.dumps(content | {"id": id_, "admin_graphql_api_id": f"gid://shopify/Order/{id_}"}).encode()
        signature = base64.b64encode(hmac.digest(CLIENT_SECRET.encode(), body, hashlib.sha256)).decode()
        headers = recorded["headers"] | {"x-shopify-hmac-sha256": signature, "x-shopify-shop-domain": SHOP}
        yield recorded | {"headers": headers, "body": base64.b64encode(body).decode(), "isBase64Encoded": True}


def run(handler: str, account: Account, number: int, orders: int, prefix: tuple[str, ...] = ()) -> str:
    """All that a process printed that was given so many events."""
    module, folder = HANDLERS[handler]
    secret = account.put_secret(json.dumps({"client_id": "c", "client_secret": CLIENT_SECRET}))
    variables = account.variables(SHOP) | {"SHOPIFY_SECRET": secret, "PEER_SECRET": CLIENT_SECRET}
    path = {"PYTHONPATH": f"{folder}:{ROOT / 'layers/core'}", "PYTHONHASHSEED": "0", "PATH": os.environ["PATH"]}
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.writelines(json.dumps(event) + "\n" for event in events(number, orders))
        file.flush()
        command = [*prefix, sys.executable, "-c", DRIVER % module, file.name]
        done = subprocess.run(
            command, env=environment(account.endpoint) | variables | path, capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return done.stdout + done.stderr


def measure(emulated: str, handler: str, event: str, repeats: int) -> Acknowledged:
    """Each order is told of so often."""
    underway(f"{handler}, {event}")
    account = Account(emulated)
    try:
        told = run(handler, account, EVENTS, EVENTS // repeats)
        calls = {name: count for name, count in account.calls.items() if "GetSecretValue" not in name}
        _judge(handler, account, EVENTS // repeats)
    finally:
        account.close()
    [line] = [line for line in told.splitlines() if line.startswith("TOOK ")]
    took = sorted(json.loads(line.removeprefix("TOOK ")))[:-1]  # the first one is cold
    return Acknowledged(
        handler, event, sum(calls.values()) / EVENTS, len(calls), 1000 * share(took, 0.5), 1000 * share(took, 0.99),
        instructions(emulated, handler, repeats),
    )  # fmt: skip


def _judge(handler: str, account: Account, orders: int) -> None:
    """Every order is marked, or every body on the queue: nothing that was acknowledged is lost."""
    if handler.startswith("peer"):
        assert len(account.bells("order")) == EVENTS
        return
    rows, _ = asyncio.run(account.store.rows(SHOP, Kind.ORDER, None, EVENTS + 1))
    assert len(rows) == orders
    assert sum(row.marks for row in rows) == EVENTS
    assert account.bells("order")


def instructions(emulated: str, handler: str, repeats: int) -> float | None:
    """Of an event more, in millions."""
    if not shutil.which("valgrind"):
        return None
    prefix = ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null")
    counted = []
    for number in (FEW, MANY):
        account = Account(emulated)
        try:
            found = re.search(r"Collected : (\d+)", run(handler, account, number, max(number // repeats, 1), prefix))
        finally:
            account.close()
        assert found
        counted.append(int(found[1]))
    return (counted[1] - counted[0]) / (MANY - FEW) / 1e6


def rows() -> list[Acknowledged]:
    emulator = Emulator()
    emulator.start()
    try:
        return [
            measure(emulator.endpoint, "shopify_webhook", "of a new order", 1),
            measure(emulator.endpoint, "shopify_webhook", "the tenth of an order", 10),
            measure(emulator.endpoint, "peer: one message", "of a new order", 1),
        ]
    finally:
        emulator.stop()


def main() -> None:
    print(f"{EVENTS} webhooks one after the other, Python {sys.version.split()[0]}, emulated account on loopback")
    print(f"{'':20}{'':24}{'AWS calls':>10}{'p50 ms':>8}{'p99 ms':>8}{'M instructions':>16}")
    for one in rows():
        counted = "-" if one.instructions is None else f"{one.instructions:.2f}"
        print(f"{one.handler:20}{one.event:24}{one.calls:>10.2f}{one.p50:>8.1f}{one.p99:>8.1f}{counted:>16}")


if __name__ == "__main__":
    main()
