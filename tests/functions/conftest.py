"""An account in the emulator for each test."""

from collections.abc import Iterator

import pytest

from tests.functions.account import Account


@pytest.fixture
def account(emulator: str) -> Iterator[Account]:
    account = Account(emulator)
    yield account
    account.close()
