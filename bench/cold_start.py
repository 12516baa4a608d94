"""What a cold start costs: CPU time, instructions and memory to import each function as built, and what is shipped.

`python -m bench.cold_start` builds for this machine to measure the imports, and for Lambda to weigh the layers. The
peers are imported by the same interpreter, from the virtual environment of the project.
"""

import os
import re
import shutil
import site
import statistics
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from bench.figures import underway
from sandbox.cloud.emulator import LOCAL
from sandbox.cloud.runtime import mount
from sandbox.cloud.stack import LAMBDA, LAYERS, ROOT, build, here

RUNS = 7
COUNTED = ("ShopifyWebhookFunction", "OrderSyncFunction")
"""Functions whose instructions are counted: callgrind takes fifty times as long."""
LIMIT_MB = 250
PYTHON = str(LOCAL / "runtime" / "bin" / "python")
CLIENTS = "from tandem.runtime import client; [client(name) for name in ('dynamodb', 'sqs', 'secretsmanager')]"
"""What the first webhook makes besides."""
PEERS = {
    "nothing": "pass",
    "requests": "import requests",
    "boto3 and 2 clients": "import boto3; [boto3.client(name) for name in ('dynamodb', 'sqs')]",
    "hubspot-api-client": "import hubspot.crm.contacts, hubspot.crm.objects, hubspot.crm.associations",
}
MEASURED = """
import sys, time
before = time.process_time()
%s
after = time.process_time()
memory = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(1000 * (after - before), int(memory[0]) / 1024, len(sys.modules))
"""


@dataclass(frozen=True, slots=True)
class Start:
    """One import. CPU is the median's in ms; instructions are in millions, None without valgrind."""

    name: str
    cpu: float
    least: float
    most: float
    memory: float
    modules: int
    instructions: float | None


def start(name: str, work: str, path: Sequence[Path], counted: bool = True) -> Start:
    """A fresh interpreter does some work. The first time it writes its bytecode, which Lambda's has."""
    runs = [_run(work, path) for _ in range(RUNS + 1)][1:]
    cpu = [one[0] for one in runs]
    million = instructions(work, path) if counted else None
    underway(name)
    return Start(name, statistics.median(cpu), min(cpu), max(cpu), runs[0][1], int(runs[0][2]), million)


def _run(work: str, path: Sequence[Path]) -> list[float]:
    told = subprocess.check_output([PYTHON, "-c", MEASURED % work], env=_environment(path), text=True)
    return [float(word) for word in told.split()]


def instructions(work: str, path: Sequence[Path]) -> float | None:
    """Millions, under callgrind; the same each time."""
    if not shutil.which("valgrind"):
        return None
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", PYTHON, "-c", work]
    run = subprocess.run(command, env=_environment(path), check=True, capture_output=True, text=True)
    counted = re.search(r"Collected : (\d+)", run.stderr)
    assert counted, run.stderr[-500:]
    return int(counted[1]) / 1e6


def _environment(path: Sequence[Path]) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": ":".join(map(str, path)),
        "PYTHONHASHSEED": "0",
        "AWS_DEFAULT_REGION": "us-east-1",
    }


def megabytes(layer: Path) -> tuple[float, float]:
    """Unzipped and zipped."""
    files = [path for path in layer.rglob("*") if path.is_file()]
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            archive.write(path, path.relative_to(layer))
    return sum(path.stat().st_size for path in files) / 1e6, len(packed.getvalue()) / 1e6


def weigh(folder: Path) -> dict[str, tuple[float, float]]:
    """Of what is shipped, by layer and function."""
    build(ROOT, folder, LAMBDA)
    return {name: megabytes(folder / name) for name in (*LAYERS, "ShopifyWebhookFunction")}


def measure(folder: Path) -> Iterator[Start]:
    build(ROOT, folder, here())
    opt = folder / "opt"
    mount([folder / layer for layer in LAYERS], opt)
    for code in sorted(path.parent for path in folder.glob("*Function/app.py")):
        path = (code, opt / "python")
        yield start(code.name, "import app", path, code.name in COUNTED)
        if code.name == "ShopifyWebhookFunction":
            yield start("  with its clients", f"import app; {CLIENTS}", path)
    for name, work in PEERS.items():
        yield start(f"peer: {name}", work, [Path(site.getsitepackages()[0])])


def rows() -> tuple[dict[str, tuple[float, float]], list[Start]]:
    """Megabytes by what is shipped, and all starts."""
    with tempfile.TemporaryDirectory(dir=LOCAL) as folder:
        shipped = weigh(Path(folder) / "lambda")
        return shipped, list(measure(Path(folder) / "here"))


def main() -> None:
    shipped, starts = rows()
    print(f"shipped for Python {LAMBDA.python} on {LAMBDA.platform}, MB (limit {LIMIT_MB} unzipped, function included)")
    for name, (unzipped, zipped) in shipped.items():
        print(f"  {name:24}{unzipped:8.1f} unzipped{zipped:8.2f} zipped")
    print(f"import, Python {here().python} on this machine with bytecode, median of {RUNS}")
    print(f"  {'':32}{'CPU ms':>8}{'least':>7}{'most':>7}{'MB':>7}{'modules':>9}{'M instructions':>16}")
    for one in starts:
        counted = "-" if one.instructions is None else f"{one.instructions:.1f}"
        print(
            f"  {one.name:32}{one.cpu:8.0f}{one.least:7.0f}{one.most:7.0f}{one.memory:7.0f}{one.modules:9}{counted:>16}"
        )


if __name__ == "__main__":
    main()
