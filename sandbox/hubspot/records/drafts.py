"""What one write is going to do, before anything is done."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.links.association_types import AssociationType
from sandbox.hubspot.model import Record
from sandbox.hubspot.refusals import Fault


@dataclass(slots=True)
class Draft:
    """One create (`record` is None) or update. `values` are as they would be stored, `""` clears.

    `id` is that of the record, drawn already for a create. `faults` and `missing` are values that cannot be written
    and names without which nothing is; `refused` is any other refusal. `restores` brings an archived record back.
    """

    record: Record | None
    id: str
    values: dict[str, str]
    faults: list[Fault] = field(default_factory=list)
    missing: tuple[str, ...] = ()
    refused: HubSpotError | None = None
    links: Sequence[tuple[Record, list[AssociationType]]] = ()
    restores: bool = False

    @property
    def good(self) -> bool:
        return not (self.faults or self.missing or self.refused)

    def before(self, name: str) -> str:
        """The value as it is, `""` for none."""
        return "" if self.record is None else self.record.properties.get(name, "")

    def after(self, name: str) -> str:
        """The value as it will be, `""` for none."""
        value = self.values.get(name)
        return self.before(name) if value is None else value
