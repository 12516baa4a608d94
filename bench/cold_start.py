"""What a cold start costs: CPU time to import each function as built, and the size of both layers.

`python -m bench.cold_start` builds for this machine to measure the imports, and for Lambda to weigh the layers.
"""

import io
import os
import statistics
import subprocess
import tempfile
import zipfile
from pathlib import Path

from sandbox.cloud.emulator import LOCAL
from sandbox.cloud.runtime import mount
from sandbox.cloud.stack import LAMBDA, LAYERS, ROOT, build, here

RUNS = 15
LIMIT_MB = 250
TIMED = "import time; before = time.process_time(); %s; print(time.process_time() - before)"
WORK = "import app"
CLIENTS = "import app; from tandem.runtime import client; [client(name) for name in %r]"
WEBHOOK_CLIENTS = ("dynamodb", "sqs", "secretsmanager")
"""What the first webhook makes besides."""


def megabytes(layer: Path) -> tuple[float, float]:
    """Unzipped and zipped."""
    files = [path for path in layer.rglob("*") if path.is_file()]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            archive.write(path, path.relative_to(layer))
    return sum(path.stat().st_size for path in files) / 1e6, len(packed.getvalue()) / 1e6


def cpu_seconds(code: Path, opt: Path, work: str) -> float:
    """CPU time of some work in a fresh interpreter; that of the interpreter itself is not in it."""
    path = f"{code}:{opt / 'python'}"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": path, "AWS_DEFAULT_REGION": "us-east-1"}
    command = [str(LOCAL / "runtime" / "bin" / "python"), "-c", TIMED % work]
    return float(subprocess.check_output(command, env=environment, text=True))


def weigh(folder: Path) -> None:
    build(ROOT, folder, LAMBDA)
    print(f"layers for Python {LAMBDA.python} on {LAMBDA.platform}, MB (limit {LIMIT_MB} unzipped, function included)")
    print(f"  {'':18}{'unzipped':>9}{'zipped':>8}{'bytecode':>10}")
    for layer in LAYERS:
        unzipped, zipped = megabytes(folder / layer)
        bytecode = "yes" if any((folder / layer).rglob("*.pyc")) else "no"
        print(f"  {layer:18}{unzipped:9.1f}{zipped:8.1f}{bytecode:>10}")


def measure(folder: Path) -> None:
    build(ROOT, folder, here())
    opt = folder / "opt"
    mount([folder / layer for layer in LAYERS], opt)
    print(f"CPU to import each function, ms, Python {here().python} on this machine, median of {RUNS}")
    for code in sorted(path.parent for path in folder.glob("*Function/app.py")):
        show(code.name, code, opt, WORK)
        if code.name == "ShopifyWebhookFunction":
            show("  with its boto3 clients", code, opt, CLIENTS % (WEBHOOK_CLIENTS,))


def show(label: str, code: Path, opt: Path, work: str) -> None:
    cpu_seconds(code, opt, work)  # lets the venv that stands for the managed runtime gain its bytecode
    taken = [1000 * cpu_seconds(code, opt, work) for _ in range(RUNS)]
    print(f"  {label:24}{statistics.median(taken):7.0f}   least {min(taken):.0f}, most {max(taken):.0f}", flush=True)


def main() -> None:
    with tempfile.TemporaryDirectory(dir=LOCAL) as folder:
        weigh(Path(folder) / "lambda")
        measure(Path(folder) / "here")


if __name__ == "__main__":
    main()
