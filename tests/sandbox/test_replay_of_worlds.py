"""A seed is a world: the same bytes in every run, in every process."""

import os
import subprocess
import sys
from pathlib import Path

from sandbox.faults import CALL_FAULTS, WEBHOOK_FAULTS
from tests.sandbox.world import day, digest

ROOT = Path(__file__).resolve().parents[2]


def in_a_process(seed: int, hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-m", "tests.sandbox.world", str(seed)]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout


def test_a_seed_gives_the_same_world_in_every_process() -> None:
    assert in_a_process(7, "1") == in_a_process(7, "2") == digest(7)


def test_another_seed_gives_another_world() -> None:
    assert digest(7) != digest(8)


def test_a_day_reaches_every_kind_of_fault() -> None:
    """Else the two tests above would say little."""
    worlds = [day(seed) for seed in range(3)]
    hits = {kind for world in worlds for one in (world.shopify, world.hubspot) for kind in one.faults.hits}
    assert hits == {*CALL_FAULTS, *WEBHOOK_FAULTS}
