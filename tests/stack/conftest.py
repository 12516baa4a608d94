"""One deployed stack for all these tests, with both vendors on loopback beside it."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from sandbox.cloud.account import environment
from sandbox.cloud.runtime import RunningFunction, mount
from sandbox.cloud.stack import LAYERS, NAME, Cloud, logical
from sandbox.hubspot.simulator import HubSpot
from sandbox.loopback import Server
from sandbox.shopify.simulator import CLIENT_ID, CLIENT_SECRET, Shopify
from sandbox.simulator import Simulator
from tests.stack.deployed import BUYER, Deployed

Run = Callable[[str], RunningFunction]


@contextmanager
def served(simulator: Simulator) -> Iterator[str]:
    server = Server(simulator)
    thread = threading.Thread(target=lambda: asyncio.run(server.run()), daemon=True)
    thread.start()
    yield server.url
    server.stop()
    thread.join(timeout=10)


@pytest.fixture(scope="session")
def deployed() -> Iterator[Deployed]:
    """Built, deployed, secrets filled in and set up, as an owner does it."""
    now = datetime.now(UTC)
    shopify, hubspot = Shopify(seed=1, start=now), HubSpot(seed=1, start=now)
    with served(shopify) as shopify_url, served(hubspot) as hubspot_url:
        cloud = Cloud()
        try:
            cloud.start()
            cloud.build()
            found = Deployed(cloud, shopify.shop.settings.domain, shopify_url, hubspot_url, hubspot.app.token)
            found.deploy()
            cloud.fill_secret("ShopifySecretArn", {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET})
            cloud.fill_secret("HubSpotSecretArn", {"token": hubspot.app.token})
            found.control("PUT", "routes", {cloud.outputs["WebhookUrl"]: cloud.url})
            report = cloud.invoke("setup", {})
            assert report["ok"], report
            found.control("POST", "actions/create_customer", {"email": BUYER})
            yield found
        finally:
            cloud.stop()


@pytest.fixture(scope="module")
def run(deployed: Deployed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """What was built for a function, with the layers and variables of the deployed one."""
    opt = tmp_path_factory.mktemp("opt")
    mount([deployed.cloud.built / layer for layer in LAYERS], opt)
    running: dict[str, RunningFunction] = {}

    def start(function: str) -> RunningFunction:
        if function not in running:
            about = deployed.cloud.client("lambda").get_function_configuration(FunctionName=f"{NAME}-{function}")
            variables = environment(deployed.cloud.endpoint) | about["Environment"]["Variables"]
            running[function] = RunningFunction(deployed.cloud.built / logical(function), opt, variables)
        return running[function]

    yield start
    for each in running.values():
        each.stop()
