"""What a cold start of the webhook function loads: Shopify waits no more than five seconds for its answer."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"httpx", "pydantic", "pydantic_core", "requests", "tandem.vendors", "tandem.mapping", "tandem.hubspot"}
MOST = 540
"""Modules in all, on any Python that is supported; there were 488 on 3.13 when this was written."""


def loaded(function: str) -> set[str]:
    """The modules that a function has imported when it meets its first event."""
    path = f"{ROOT / 'functions' / function}:{ROOT / 'layers/core'}"
    listing = "import app, sys; print(*sys.modules)"
    return set(subprocess.check_output([sys.executable, "-c", listing], env={"PYTHONPATH": path}, text=True).split())


def test_the_door_for_webhooks_loads_nothing_that_only_workers_need() -> None:
    modules = loaded("shopify_webhook")
    assert "tandem.shopify.webhooks" in modules
    assert not modules & HEAVY
    assert len(modules) < MOST
