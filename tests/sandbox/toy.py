"""A vendor so small that only what all simulators share is under test: it counts, and it may send webhooks."""

from collections.abc import Callable
from typing import Any

from sandbox.http import Reply, Request
from sandbox.outbox import Webhook
from sandbox.simulator import NotModelled, Section, Simulator
from sandbox.switches import Switch


class Toy(Simulator):
    """`POST /add` counts up and `GET /count` tells; `GET /missing` is not modelled and `GET /bug` fails."""

    vendor = "toy"
    switch_table = (Switch("step", ("1", "2"), "How far does one call count?", "One is the least."),)

    def build(self) -> None:
        self.count = 0
        self.bodies: list[bytes] = []

    def endpoint(self, request: Request) -> str:
        return f"{request.method} {request.path}"

    def answer(self, request: Request) -> Reply:
        match request.path:
            case "/add":
                self.count += int(self.switches["step"])
                self.bodies.append(request.body)
            case "/missing":
                raise NotModelled("the missing thing")
            case "/bug":
                raise ZeroDivisionError
        return Reply.json(413 if request.oversized else 200, {"count": self.count, "id": self.uuid()})

    def refusal(self, status: int, request: Request) -> Reply:
        return Reply.json(status, {"refused": status})

    def sections(self) -> list[Section]:
        return [Section("Counts", ("name", "value"), [("count", str(self.count)), ("<b>", "&")], 2)]

    def state(self, path: str) -> Any:
        return {"": {"count": self.count}}[path]

    @property
    def actions(self) -> dict[str, Callable[..., Any]]:
        return {"set": self.put}

    def put(self, count: int) -> dict[str, int]:
        """Put the count somewhere else."""
        self.count = count
        return {"count": self.count}

    def webhook(self, name: str = "toy", **options: Any) -> Webhook:
        """A message whose body is its name and the number of the attempt."""
        return Webhook(
            endpoint=f"webhook {name}",
            url="https://hooks.example.com/toy",
            request=lambda attempt: ({"X-Attempt": str(attempt)}, f"{name} {attempt}".encode()),
            waits=options.pop("waits", (10.0, 20.0)),
            **options,
        )
