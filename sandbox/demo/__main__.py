"""`python -m sandbox.demo`: Tandem at work between two simulated vendors, deployed to an emulated AWS account."""

import argparse
import asyncio
import signal
import sys

from sandbox.cloud.account import NotLoopback, environment
from sandbox.cloud.emulator import NotStarted
from sandbox.cloud.stack import Cloud, CommandFailed, FunctionFailed
from sandbox.demo.play import play
from sandbox.demo.screen import Screen
from sandbox.demo.stack import Stuck
from sandbox.demo.telling import Late
from sandbox.seed import Size

EXPECTED = (NotLoopback, NotStarted, CommandFailed, FunctionFailed, Stuck, Late)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="end by itself; exit code 1 when the oracle disagrees")
    parser.add_argument("--orders", type=int, default=500)
    parser.add_argument("--customers", type=int, default=200)
    parser.add_argument("--products", type=int, default=50)
    options = parser.parse_args()
    if options.customers < 20 or options.products < 5 or options.orders < 1:
        parser.error("a day in the shop takes at least 20 customers, 5 products and an order")
    return options


def main() -> int:
    options = arguments()
    screen = Screen()
    cloud = Cloud()
    try:
        environment(cloud.endpoint)  # refuses an AWS endpoint elsewhere before anything is begun
        return 0 if asyncio.run(_interruptible(options, screen, cloud)) else 1
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 0 if not options.once else 130
    except EXPECTED as failure:
        screen.bad(str(failure))
        return 2
    finally:
        cloud.stop()  # again: a build under way may have written to its folder to the last


async def _interruptible(options: argparse.Namespace, screen: Screen, cloud: Cloud) -> bool:
    """Ended from outside, it still stops what it started."""
    task = asyncio.current_task()
    assert task
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await play(Size(options.customers, options.products, options.orders), screen, cloud, once=options.once)


if __name__ == "__main__":
    sys.exit(main())
