"""One emulated table for the session; each test has a shop of its own in it."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest

from sandbox.memory import MemoryStore
from tandem.ports import Store
from tandem.store.dynamodb import DynamoStore
from tests.store.table import Meddler, connect, create

TABLE = "tandem"


@pytest.fixture(scope="session")
def dynamodb(emulator: str) -> Iterator[Any]:
    """A client of the emulator, in which there is a table."""
    client = connect(emulator)
    with suppress(client.exceptions.ResourceInUseException):  # in one that was up already
        create(client, TABLE)
    yield client
    client.close()


@pytest.fixture
def shop() -> str:
    return f"{uuid4().hex[:8]}.myshopify.com"


@pytest.fixture
def meddler(dynamodb: Any) -> Meddler:
    return Meddler(dynamodb)


@pytest.fixture
def table(meddler: Meddler) -> DynamoStore:
    """The store whose client the test meddles with."""
    return DynamoStore(meddler, TABLE)


@pytest.fixture
def rival(dynamodb: Any) -> DynamoStore:
    """Another process with the same table."""
    return DynamoStore(dynamodb, TABLE)


@pytest.fixture(params=["memory", "table"])
def store(request: pytest.FixtureRequest) -> Store:
    """Each of the two, which must not differ."""
    if request.param == "memory":
        return MemoryStore()
    made: DynamoStore = request.getfixturevalue("table")
    return made


@pytest.fixture
def unlucky(dynamodb: Any) -> Callable[[int], DynamoStore]:
    """A store whose client loses the first answer to so many of its next writes."""
    return lambda lost: DynamoStore(Meddler(dynamodb, lost), TABLE)
