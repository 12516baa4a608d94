"""`python -m sandbox shopify|hubspot|both`: simulated vendors on loopback, until interrupted."""

import argparse
import asyncio
import sys
from datetime import UTC, datetime, timedelta

from sandbox.hubspot.simulator import HubSpot
from sandbox.loopback import Server
from sandbox.seed import Size, fill
from sandbox.shopify.simulator import STATIC_TOKEN, Shopify
from sandbox.simulator import Simulator

PAST = timedelta(days=180)
"""How far back a generated store's first order lies; it ends where the clock starts: now."""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("vendor", choices=("shopify", "hubspot", "both"))
    parser.add_argument(
        "--port", type=int, default=0, help="a free one by default; for both: Shopify's, HubSpot's is next"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--orders", type=int, default=0, help="fill the store with so many orders, and what they need")
    parser.add_argument("--still", action="store_true", help="time stands still but for POST /__sandbox/clock")
    return parser.parse_args()


def simulators(options: argparse.Namespace) -> list[Simulator]:
    now = datetime.now(UTC)
    made: list[Simulator] = []
    if options.vendor != "hubspot":
        made.append(_store(options, now))
    if options.vendor != "shopify":
        made.append(HubSpot(seed=options.seed, start=now))
    return made


def _store(options: argparse.Namespace, now: datetime) -> Shopify:
    if not options.orders:
        return Shopify(seed=options.seed, start=now)
    shopify = Shopify(seed=options.seed, start=now - PAST)
    orders = options.orders
    size = Size(max(10, orders * 2 // 5), max(10, orders // 10), orders, orders // 100 + 1, orders // 25)
    fill(shopify, size, days=PAST.days, progress=_tell)
    return shopify


def _tell(kind: str, done: int, of: int) -> None:
    print(f"{kind}: {done} of {of}", file=sys.stderr, flush=True)


def _token(one: Simulator) -> str:
    """Of the app that is there from the start; it opens nothing but the sandbox."""
    return one.app.token if isinstance(one, HubSpot) else STATIC_TOKEN


async def serve(servers: list[Server]) -> None:
    """Until one ends; then the others end too."""
    tasks = [asyncio.create_task(server.run()) for server in servers]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for server in servers:
        server.stop()
    await asyncio.gather(*tasks)


def main() -> None:
    options = arguments()
    made = simulators(options)
    ports = [options.port + place if options.port else 0 for place in range(len(made))]
    try:
        servers = [Server(one, port, pace=not options.still) for one, port in zip(made, ports, strict=True)]
    except OSError as error:
        sys.exit(f"a port of {ports} cannot be taken: {error.strerror}; name another with --port")
    for one, server in zip(made, servers, strict=True):
        print(f"{one.vendor}: {server.url}  control plane: {server.url}/__sandbox  token: {_token(one)}", flush=True)
    try:
        asyncio.run(serve(servers))
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)


if __name__ == "__main__":
    main()
