"""What the sandbox's tests share: the reference data beside the repository, and a loopback server."""

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox.cloud.account import guard
from sandbox.cloud.emulator import Emulator, NotStarted
from sandbox.loopback import Server
from sandbox.simulator import Simulator

SHARED = Path(__file__).resolve().parents[1].parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data. Absent: skipped with a word, or failed where CI says it must be there."""
    if not SHARED.is_dir():
        message = f"needs the reference data at {SHARED}, which is not there"
        if os.environ.get("REQUIRE_SHARED"):
            pytest.fail(message)
        pytest.skip(message)
    return SHARED


@pytest.fixture
def serve() -> Iterator[Callable[[Simulator], str]]:
    """Serve simulators on loopback for one test: `url = serve(simulator)`."""
    running: list[tuple[Server, threading.Thread]] = []

    def start(simulator: Simulator) -> str:
        server = Server(simulator)
        thread = threading.Thread(target=lambda: asyncio.run(server.run()), daemon=True)
        thread.start()
        running.append((server, thread))
        return server.url

    yield start
    for server, thread in running:
        server.stop()
        thread.join(timeout=10)
        assert not thread.is_alive(), "the loopback server did not stop"


@pytest.fixture(scope="session")
def emulator() -> Iterator[str]:
    """The address of an AWS account, empty but where EMULATOR names one that is up.

    Not installed: skipped with a word, or failed where CI says it must be.
    """
    if running := os.environ.get("EMULATOR"):
        yield guard(running)
        return
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
