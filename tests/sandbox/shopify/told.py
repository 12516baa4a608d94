"""What a store told: every topic with its body; and whether a body is shaped like Shopify's sample."""

import json
from pathlib import Path
from typing import Any

from sandbox.shopify.shop import Body, Shop


class Told:
    """Listens to a store from now on."""

    def __init__(self, shop: Shop) -> None:
        self.messages: list[tuple[str, dict[str, Any]]] = []
        shop.listeners.append(self._hear)

    def _hear(self, topic: str, body: Body) -> None:
        self.messages.append((topic, body()))

    @property
    def topics(self) -> list[str]:
        return [topic for topic, _ in self.messages]

    def body(self, topic: str) -> dict[str, Any]:
        """The latest body of a topic."""
        return next(body for name, body in reversed(self.messages) if name == topic)

    def clear(self) -> None:
        self.messages.clear()


def shape(value: Any) -> Any:
    """Keys and JSON types, and nothing else of a value; null is unlike anything else."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in value.items()}
    if isinstance(value, list):
        return [shape(one) for one in value[:1]]
    return type(value).__name__


def alike(ours: Any, theirs: Any) -> bool:
    """The same keys all the way down, and the same JSON types where neither is null."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(alike(ours[key], theirs[key]) for key in ours)
    return ours is None or theirs is None or type(ours) is type(theirs)


def sample(shared: Path, name: str) -> Any:
    """A sample body, e.g. "customers_create"."""
    return json.loads((shared / "specs/shopify/webhook-samples" / f"{name}.json").read_text())
