"""Changes plan, lease, commit and signature code one spot at a time, by mutmut, and shows what no test notices.

`python -m tests.mutation` does all, `python -m tests.mutation sync/plan.py` one module. Figures: docs/mutation.md.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sandbox.cloud.emulator import LOCAL, Emulator

ROOT = Path(__file__).resolve().parents[1]
STAGES = LOCAL / "mutation"
"""Where the mutants live: for each module a copy, in which the layer lies as mutmut wants packages to lie."""
MUTMUT = Path(sys.executable).with_name("mutmut")
RACES = ("tests/store/test_rivals.py", "tests/store/test_calls.py")
TESTS: Mapping[str, Sequence[str]] = {
    "shopify/webhooks.py": ("tests/shopify/test_webhooks.py",),
    "sync/plan.py": ("tests/sync/test_plan.py",),
    "store/pace.py": ("tests/store/test_pace.py", "tests/store/test_documents.py"),
    "store/rows.py": ("tests/store/test_records.py",),
    "store/lanes.py": ("tests/store/test_lanes.py", *RACES),
    "store/budgets.py": ("tests/store/test_documents.py", "tests/store/test_records.py", *RACES),
    "store/records.py": ("tests/store/test_records.py", "tests/store/test_commits.py", *RACES),
}
"""By module of the layer, those that hold it: seconds each, for they run once for every mutant that they reach."""
PLAYS = "tests/store/test_twins.py"
"""A minute of random plays: for mutants of the store that all others let pass."""
ENDLESS = 900.0
"""Seconds after which plays are taken for endless."""
COPIED = ("sandbox", "functions", "events", "docs")
KILLED = {1: "a test failed", 3: "broken off", 36: "endless", 24: "endless", -24: "endless", 152: "endless"}
"""How mutmut notes the end of a mutant that was noticed; 0 is one that passed, 33 one that no test reaches."""
WHEEL = "".join(map(chr, range(0x2800, 0x2900))) + " "
EVERY = 10.0
"""Seconds between two words of progress."""


def stage(module: str) -> Path:
    """A copy of the project in which mutmut is told what to change, and what must notice."""
    place = STAGES / module.removesuffix(".py").replace("/", "-")
    shutil.rmtree(place, ignore_errors=True)
    unwanted = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "layers/core", place / "src", ignore=unwanted)
    for name in (*COPIED, "tests"):
        shutil.copytree(ROOT / name, place / name, ignore=unwanted)
    for name in ("pyproject.toml", "template.yaml"):
        shutil.copy(ROOT / name, place)
    if (shared := ROOT.parent / "shared").is_dir():
        (place / "shared").symlink_to(shared)  # beside the mutants, as it lies beside the clone
    settings = {
        "source_paths": ["src"],
        "only_mutate": [f"src/tandem/{module}"],
        "also_copy": [*COPIED, "template.yaml"],
        "pytest_add_cli_args_test_selection": TESTS[module],
        "use_git_change_detection": ["false"],
    }
    lines = [f"{name}=\n" + "".join(f"    {value}\n" for value in values) for name, values in settings.items()]
    (place / "setup.cfg").write_text("[mutmut]\n" + "".join(lines))
    return place


def run(place: Path, emulator: str) -> None:
    """All mutants of a copy. What mutmut paints over and over again is printed once in a while."""
    command = [str(MUTMUT), "run", "--max-children", "2"]
    environment = {**os.environ, "EMULATOR": emulator}
    with subprocess.Popen(
        command, cwd=place, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as work:
        step, last = "", 0.0
        for said in _said(work):
            if (now := re.sub(r"[\d\W]+", " ", said)) != step or time.monotonic() - last >= EVERY:
                print(said, flush=True)
                step, last = now, time.monotonic()
    if work.returncode:
        raise SystemExit(f"mutmut ended with {work.returncode}; its copy of the project is {place}")


def _said(work: "subprocess.Popen[bytes]") -> Iterator[str]:
    """What a process prints, line by line and repaint by repaint, without the wheel that turns before it."""
    assert work.stdout
    rest = b""
    while chunk := os.read(work.stdout.fileno(), 4096):
        *whole, rest = re.split(rb"[\r\n]+", rest + chunk)
        yield from (text for line in whole if (text := line.decode(errors="replace").lstrip(WHEEL).strip()))


def survivors(module: str, place: Path) -> list[str]:
    """Those of a module's mutants that nothing noticed."""
    meta = json.loads((place / f"mutants/src/tandem/{module}.meta").read_text())
    ends: dict[str, int] = meta["exit_code_by_key"]
    left = [name for name, end in ends.items() if end not in KILLED]
    print(f"{module}: {len(ends) - len(left)} of {len(ends)} mutants killed", flush=True)
    return left


def played(name: str, place: Path, emulator: str) -> bool:
    """Whether random plays go on with this mutant as if it were none."""
    environment = {**os.environ, "EMULATOR": emulator, "MUTANT_UNDER_TEST": name, "PYTHONPATH": "src"}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", PLAYS]
    try:
        done = subprocess.run(
            command, cwd=place / "mutants", env=environment, capture_output=True, check=False, timeout=ENDLESS
        )
        passes = done.returncode == 0
    except subprocess.TimeoutExpired:
        passes = False
    print(f"{name}: {'passes' if passes else 'caught'} in random plays", flush=True)
    return passes


def show(name: str, place: Path) -> None:
    """What a mutant changes."""
    done = subprocess.run([MUTMUT, "show", name], cwd=place, capture_output=True, text=True, check=True)
    print("\n".join(line for line in done.stdout.splitlines() if re.match(r"[-+](?![-+]{2} )|#", line)), flush=True)


def hold(module: str, emulator: str) -> None:
    """The score of one module, and what each mutant changes that lives to the end."""
    print(f"\n{module}, by {', '.join(TESTS[module])}", flush=True)
    place = stage(module)
    run(place, emulator)
    left = survivors(module, place)
    if module.startswith("store/") and left:
        with ThreadPoolExecutor(2) as pool:
            passed = pool.map(lambda name: played(name, place, emulator), left)
            left = [name for name, passes in zip(left, passed, strict=True) if passes]
    print(f"{module}: {len(left)} survived", flush=True)
    for name in left:
        show(name, place)


def main(modules: Sequence[str]) -> None:
    if not MUTMUT.exists():
        raise SystemExit("mutmut is not installed: make setup")
    emulator = Emulator()
    emulator.start()
    try:
        for module in modules:
            hold(module, emulator.endpoint)
    finally:
        emulator.stop()


if __name__ == "__main__":
    main(sys.argv[1:] or [*TESTS])
