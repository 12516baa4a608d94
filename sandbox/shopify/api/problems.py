"""Why a write is turned down: problems named once, shown under the field paths of whichever mutation was asked."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sandbox.shopify.api.context import user_error


@dataclass(frozen=True, slots=True)
class Problem:
    """`field` is the path below the input object, e.g. ("addresses", "0", "country"); None belongs to no field."""

    field: tuple[str, ...] | None
    message: str
    code: str | None = None


class Refused(Exception):
    """Nothing was written, for these reasons."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems

    def under(self, *prefix: str) -> "Refused":
        """The same problems with their paths set below `prefix`."""
        return Refused(*(Problem((*prefix, *(p.field or ())), p.message, p.code) for p in self.problems))


@contextmanager
def under(*prefix: str) -> Iterator[None]:
    """Let what is refused inside be refused with paths below `prefix`."""
    try:
        yield
    except Refused as refused:
        raise refused.under(*prefix) from None


def refuse_any(problems: Iterable[Problem]) -> None:
    """Raise Refused if there are problems."""
    if found := tuple(problems):
        raise Refused(*found)


def user_errors(refused: Refused, **more: Any) -> list[Mapping[str, Any]]:
    return [user_error(problem.field, problem.message, problem.code, **more) for problem in refused.problems]
