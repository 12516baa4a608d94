"""What the oracle says: what was compared, and every difference with the record it was found on."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it must be. `id` is the HubSpot record's, None where there is none."""

    object: str
    id: str | None
    text: str

    def __str__(self) -> str:
        return f"{self.text} ({self.object} {self.id})" if self.id else self.text


@dataclass(slots=True)
class Verdict:
    """`compared` counts records, properties and associations by their plural names."""

    differences: list[Difference] = field(default_factory=list)
    compared: Counter[str] = field(default_factory=Counter)

    @property
    def agrees(self) -> bool:
        return not self.differences

    def tell(self, name: str, id_: str | None, text: str) -> None:
        self.differences.append(Difference(name, id_, text))

    def summary(self) -> str:
        counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in self.compared.items())
        found = f"{len(self.differences)} differences" if self.differences else "no difference"
        return f"{found} in {counts or 'nothing'}"
