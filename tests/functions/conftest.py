"""One emulator for the session, an account in it for each test."""

import os
from collections.abc import Iterator

import pytest

from sandbox.cloud.emulator import Emulator, NotStarted
from tests.functions.account import Account


@pytest.fixture(scope="session")
def cloud() -> Iterator[str]:
    """The emulator's address. Not installed: skipped with a word, or failed where CI says it must be there."""
    emulator = Emulator()
    try:
        emulator.start()
    except NotStarted as failure:
        emulator.stop()
        if os.environ.get("REQUIRE_CLOUD"):
            raise
        pytest.skip(str(failure))
    yield emulator.endpoint
    emulator.stop()


@pytest.fixture
def account(cloud: str) -> Iterator[Account]:
    account = Account(cloud)
    yield account
    account.close()
