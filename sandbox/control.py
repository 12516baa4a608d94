"""The control plane, `/__sandbox`: reset, state, clock, faults, switches, routes, log, actions; and the page.

GET  /__sandbox/state[/...]      counts, or the records of one kind
POST /__sandbox/reset            {"seed": 7}
GET  /__sandbox/clock            POST {"advance": seconds} or {"to": "2026-11-03T00:00:00Z"}
GET  /__sandbox/faults           POST {"kind": "lose", "endpoint": "POST *", "probability": 0.1}; DELETE
GET  /__sandbox/switches         PATCH {"unique_check": "racy"}
GET  /__sandbox/routes           PUT {"https://hooks.example.com": "http://127.0.0.1:8080"}
GET  /__sandbox/log?latest=100   DELETE
GET  /__sandbox/actions          POST /__sandbox/actions/NAME {...}: what a person does in the vendor's pages
"""

import json
from collections.abc import Callable
from datetime import datetime
from inspect import signature
from typing import Any

from sandbox import page
from sandbox.http import Reply, Request
from sandbox.simulator import Simulator

ROOT = "/__sandbox"


class BadControl(Exception):
    """A control request that cannot be carried out; the text says what was expected."""


def answer(simulator: Simulator, request: Request) -> Reply:
    """Carry out one control request. Errors are JSON: 400 with what to do, 404, 405."""
    parts = request.path.removeprefix(ROOT).strip("/").split("/", 1)
    if parts == [""]:
        return Reply.html(200, page.render(simulator))
    methods = ROUTES.get(parts[0])
    if methods is None:
        return Reply.json(404, {"error": f"no {parts[0]!r} here", "there are": sorted(ROUTES)})
    act = methods.get(request.method)
    if act is None:
        return Reply.json(405, {"error": f"{request.method} is not for {parts[0]}", "use": sorted(methods)})
    try:
        return Reply.json(200, act(simulator, parts[1] if len(parts) > 1 else "", _body(request), request))
    except (BadControl, ValueError, TypeError, OverflowError, AttributeError) as error:
        # The body goes to functions as it is: one of another shape than they take shows as any of these.
        return Reply.json(400, {"error": str(error)})
    except KeyError as error:
        return Reply.json(404, {"error": f"unknown: {error}"})


def _body(request: Request) -> dict[str, Any]:
    if not request.body:
        return {}
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise BadControl(f"the body is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise BadControl("the body must be a JSON object")
    return body


Act = Callable[[Simulator, str, dict[str, Any], Request], Any]


def _state(simulator: Simulator, path: str, body: dict[str, Any], request: Request) -> Any:
    return simulator.state(path)


def _reset(simulator: Simulator, path: str, body: dict[str, Any], request: Request) -> Any:
    simulator.reset(int(body.get("seed", 0)))
    return {"seed": simulator.seed}


def _clock(simulator: Simulator, path: str, body: dict[str, Any], request: Request) -> Any:
    if "advance" in body:
        simulator.clock.advance(float(body["advance"]))
    if "to" in body:
        simulator.clock.advance_to(datetime.fromisoformat(body["to"]))
    due = simulator.clock.next_due
    return {"now": simulator.clock.now.isoformat(), "next_due": due.isoformat() if due else None}


def _faults(simulator: Simulator, path: str, body: dict[str, Any], request: Request) -> Any:
    if request.method == "POST":
        simulator.faults.add(**body)
    if request.method == "DELETE":
        simulator.faults.clear()
    return simulator.faults.as_json()


def _switches(simulator: Simulator, path: str, body: dict[str, Any], request: Request) -> Any:
    for name, value in body.items():
        simulator.switches.set(name, value)
    return simulator.switches.as_json()


def _routes(simulator: Simulator, path: str, body: dict[str, Any], request: Request) -> Any:
    if request.method == "PUT":
        simulator.routes.clear()
        simulator.routes.update({str(public): str(local) for public, local in body.items()})
    return simulator.routes


def _log(simulator: Simulator, path: str, body: dict[str, Any], request: Request) -> Any:
    if request.method == "DELETE":
        simulator.log.clear()
    return simulator.log.as_json(int(request.parameter("latest") or 100))


def _actions(simulator: Simulator, path: str, body: dict[str, Any], request: Request) -> Any:
    if request.method == "GET":
        return {name: {"takes": str(signature(act)), "does": act.__doc__} for name, act in simulator.actions.items()}
    return simulator.actions[path](**body)


ROUTES: dict[str, dict[str, Act]] = {
    "state": {"GET": _state},
    "reset": {"POST": _reset},
    "clock": {"GET": _clock, "POST": _clock},
    "faults": {"GET": _faults, "POST": _faults, "DELETE": _faults},
    "switches": {"GET": _switches, "PATCH": _switches},
    "routes": {"GET": _routes, "PUT": _routes},
    "log": {"GET": _log, "DELETE": _log},
    "actions": {"GET": _actions, "POST": _actions},
}
