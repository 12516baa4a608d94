"""What an operator asked a function for: understood as a whole, or refused with the field and what is allowed."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)


class NotUnderstood(ValueError):
    """The text names the field and shows what is allowed."""


def understood(model: type[M], event: Any, allowed: str) -> M:
    """Raises NotUnderstood. What was sent is not repeated."""
    try:
        return model.model_validate(event)
    except ValidationError as error:
        faults = [
            f"{'.'.join(map(str, fault['loc'])) or 'the event'}: {fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors(include_input=False, include_url=False)
        ]
    raise NotUnderstood(f"{'; '.join(faults)}. Allowed: {allowed}")
