"""`python -m sandbox shopify|hubspot --port N`: one simulated vendor on loopback, until interrupted."""

import argparse
import asyncio

from sandbox.hubspot.simulator import HubSpot
from sandbox.loopback import Server
from sandbox.shopify.simulator import Shopify

VENDORS = {"shopify": Shopify, "hubspot": HubSpot}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("vendor", choices=VENDORS)
    parser.add_argument("--port", type=int, default=0, help="a free one by default")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--still", action="store_true", help="time stands still but for POST /__sandbox/clock")
    options = parser.parse_args()
    try:
        server = Server(VENDORS[options.vendor](seed=options.seed), options.port, pace=not options.still)
    except OSError as error:
        parser.exit(2, f"port {options.port} cannot be taken: {error.strerror}; name another with --port\n")
    print(f"{options.vendor}: {server.url}  page and control plane: {server.url}/__sandbox", flush=True)
    asyncio.run(server.run())


if __name__ == "__main__":
    main()
