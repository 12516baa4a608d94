"""A fresh store behind its front; a test file that needs another kind of store has fixtures of its own."""

import pytest

from sandbox.shopify.shop import Shop
from tests.sandbox.shopify.front import Front


@pytest.fixture
def front() -> Front:
    return Front()


@pytest.fixture
def shop(front: Front) -> Shop:
    return front.shop
