"""Carries out what schedules and operators ask of a worker's function."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from tandem import runtime
from tandem.errors import Failure
from tandem.mapping.stages import BadRules
from tandem.store.settings import TooLarge
from tandem.sync.asked import NotUnderstood

Answer = dict[str, Any]
Actions = Mapping[str, Callable[[Mapping[str, Any], datetime], Awaitable[Answer]]]
"""By name."""


async def carry_out(actions: Actions, event: Any, deadline: datetime) -> Answer:
    """The answer of one action. What cannot be done is answered as {"error": ...}: nobody would repeat it."""
    name = event.get("action") if isinstance(event, Mapping) else None
    action = actions.get(name) if isinstance(name, str) else None
    if action is None:
        return {"error": f"action: must be one of {', '.join(actions)}"}
    try:
        return await action(event, deadline)
    except (Failure, BadRules, NotUnderstood, TooLarge) as failure:
        runtime.logger.warning("action failed", extra={"action": name, "reason": str(failure)})
        return {"error": str(failure)}
