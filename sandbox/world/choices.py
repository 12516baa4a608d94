"""The one source of choice of a schedule: what is drawn while it runs is written down, and can be drawn again."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from random import Random

Chances = Sequence[tuple[str, float]]
"""What may happen at a point, and how likely; nothing happens with what is left of 1."""

Taken = Mapping[str, tuple[str, float]]
"""What happened, by the point and its number, such as `renew#3`: its name, and a number from 0 to 1 that sizes it."""


class Choices:
    """`taken` are the choices so far that were not for nothing.

    Given a `script`, only what is in it happens: a schedule that was cut down is played so.
    """

    def __init__(self, seed: int, script: Taken | None = None) -> None:
        self._random = Random(f"choices:{seed}")
        self._script = script
        self._count: Counter[str] = Counter()
        self.taken: dict[str, tuple[str, float]] = {}

    def draw(self, point: str, chances: Chances) -> tuple[str, float] | None:
        """What happens at this point, if anything does."""
        self._count[point] += 1
        place = f"{point}#{self._count[point]}"
        found = self._drawn(chances) if self._script is None else self._script.get(place)
        if found:
            self.taken[place] = found
        return found

    def _drawn(self, chances: Chances) -> tuple[str, float] | None:
        drawn = self._random.random()
        for name, chance in chances:
            if drawn < chance:
                return name, self._random.random()
            drawn -= chance
        return None


def likely(some: Iterable[tuple[str, float]]) -> Chances:
    """Those that may happen at all."""
    return tuple((name, chance) for name, chance in some if chance > 0)
