"""An account in the emulator for each test."""

from collections.abc import Callable, Iterator

import pytest

from sandbox.simulator import Simulator
from tests.functions.account import Account
from tests.functions.stack import Stack


@pytest.fixture
def account(emulator: str) -> Iterator[Account]:
    account = Account(emulator)
    yield account
    account.close()


@pytest.fixture
def stack(account: Account, serve: Callable[[Simulator], str]) -> Iterator[Stack]:
    stack = Stack(account, serve)
    yield stack
    stack.stop()
