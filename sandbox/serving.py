"""One request through a simulator: control plane, faults, work, log."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sandbox import control
from sandbox.faults import Fault
from sandbox.http import Reply, Request
from sandbox.simulator import NotModelled, Simulator

logger = logging.getLogger(__name__)

Failure = Literal["refused", "lost", "cut"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the caller gets: a reply after `seconds`, or a broken connection.

    `refused`: never connected. `lost`: no byte came back. `cut`: `reply` breaks off half way.
    """

    reply: Reply | None
    seconds: float = 0.0
    failure: Failure | None = None


def serve(simulator: Simulator, request: Request) -> Outcome:
    """Answer one request. Never raises: a bug in a simulator shows as HTTP 500 naming the exception's type."""
    if request.path == "/" or request.path.startswith(control.ROOT):
        return Outcome(_guarded(simulator, lambda: control.answer(simulator, request)))
    endpoint = simulator.endpoint(request)
    fault = simulator.faults.for_call(endpoint)
    outcome = _faulty(simulator, request, fault) if fault else Outcome(_work(simulator, request))
    status = outcome.reply.status if outcome.reply and outcome.failure is None else None
    simulator.log.record(
        simulator.clock.now, endpoint, request.method, request.path, status, fault.kind if fault else None
    )
    return outcome


def _work(simulator: Simulator, request: Request) -> Reply:
    return _guarded(simulator, lambda: simulator.answer(request))


def _guarded(simulator: Simulator, answer: Callable[[], Reply]) -> Reply:
    try:
        return answer()
    except NotModelled as missing:
        return Reply.json(501, {"sandbox": "not modelled", "vendor": simulator.vendor, "missing": str(missing)})
    except Exception as bug:
        logger.exception("a bug in the %s sandbox", simulator.vendor)
        return Reply.json(500, {"sandbox": "a bug of its own", "vendor": simulator.vendor, "error": type(bug).__name__})


def _faulty(simulator: Simulator, request: Request, fault: Fault) -> Outcome:
    match fault.kind:
        case "refuse":
            return Outcome(None, failure="refused")
        case "status":
            return Outcome(simulator.refusal(fault.status, request))
        case "late":
            simulator.clock.call_later(fault.draw_seconds(simulator.random), lambda: _ignore(simulator, request))
            return Outcome(None, failure="lost")
    reply = _work(simulator, request)
    match fault.kind:
        case "delay":
            return Outcome(reply, seconds=fault.draw_seconds(simulator.random))
        case "cut":
            return Outcome(reply, failure="cut")
        case "lose":
            return Outcome(None, failure="lost")
        case "status_after":
            return Outcome(simulator.refusal(fault.status, request))
        case "truncate":
            return Outcome(Reply(reply.status, reply.body[: len(reply.body) // 2], reply.headers))
        case "html":
            return Outcome(Reply.html(200, "<!DOCTYPE html><title>One moment</title><p>Please wait.</p>"))
    raise AssertionError(f"a fault without effect: {fault.kind}")


def _ignore(simulator: Simulator, request: Request) -> None:
    _work(simulator, request)
