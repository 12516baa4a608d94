"""A function in a process of its own, as on Lambda: the first event meets it cold, the others warm."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LOOP = """
import json, sys
from app import lambda_handler

class Context:
    function_name = memory_limit_in_mb = invoked_function_arn = aws_request_id = "test"

    def get_remaining_time_in_millis(self):
        return 60_000

for line in sys.stdin:
    try:
        outcome = {"answer": lambda_handler(json.loads(line), Context())}
    except Exception as fault:
        outcome = {"raised": type(fault).__name__}
    print("OUTCOME " + json.dumps(outcome), flush=True)
"""


class Process:
    """`printed` is all that the function wrote to its log, metrics included."""

    def __init__(self, name: str, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", LOOP],
            env={**environment, "PYTHONPATH": f"{ROOT / 'functions' / name}:{ROOT / 'layers/core'}"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.printed: list[str] = []

    def invoke(self, event: Any) -> dict[str, Any]:
        """`answer`, or the name of what was `raised`."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(event) + "\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            if line.startswith("OUTCOME "):
                outcome: dict[str, Any] = json.loads(line.removeprefix("OUTCOME "))
                return outcome
            self.printed.append(line)
        raise AssertionError("the function ended:\n" + "".join(self.printed))

    def metrics(self) -> dict[str, int]:
        """The sums of what was counted."""
        found: dict[str, int] = {}
        for line in self.printed:
            for block in json.loads(line).get("_aws", {}).get("CloudWatchMetrics", []) if line[:1] == "{" else []:
                for metric in block["Metrics"]:
                    values = json.loads(line)[metric["Name"]]
                    found[metric["Name"]] = found.get(metric["Name"], 0) + int(sum(values))
        return found

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()
