"""Plays one schedule and shows it: `python -m tests.worlds 123`; cut down as far as it still fails: `123 --shrink`."""

import argparse
import sys

from sandbox.world.schedule import Outcome, play
from tests.worlds.shrink import shrunk


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.worlds", description=__doc__)
    parser.add_argument("seed", type=int)
    parser.add_argument("--shrink", action="store_true", help="cut it down first, which may take a minute")
    options = parser.parse_args()
    outcome = play(options.seed)
    if options.shrink and outcome.problems:
        outcome = shrunk(outcome, lambda tried: kinds(tried) & kinds(outcome) != set())
    sys.stdout.write(told(outcome))
    return 1 if outcome.problems else 0


def kinds(outcome: Outcome) -> set[str]:
    """The first words of its problems without numbers: another failure is not the same one made smaller."""
    return {"".join(sign for sign in problem if not sign.isdigit())[:60] for problem in outcome.problems}


def told(outcome: Outcome) -> str:
    """A schedule and how it went, for reading."""
    lines = [f"seed {outcome.plan.seed}: {outcome.plan}", *outcome.timeline]
    verdict = outcome.problems or ["the promise was kept"]
    return "\n".join([*lines, "", *verdict, f"digest {outcome.digest}", ""])


if __name__ == "__main__":
    sys.exit(main())
