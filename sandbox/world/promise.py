"""What must hold after a random day: the oracle's verdict, less what only a person can put right and was told of."""

from typing import TYPE_CHECKING

from sandbox.oracle import views
from sandbox.oracle.judge import judge

if TYPE_CHECKING:
    from sandbox.world.random_day import RandomDay

KEY = "tandem_key"


def duplicates(day: "RandomDay") -> list[str]:
    """Live records with one key."""
    found = []
    for name in ("contacts", "orders", "line_items"):
        seen: dict[str, str] = {}
        for record in day.hubspot.portal.store(name).records.values():
            key = record.properties.get(KEY)
            if record.archived is None and key and seen.setdefault(key, record.id) != record.id:
                found.append(f"{name} {seen[key]} and {record.id} are both {key}")
    return found


def held(day: "RandomDay") -> list[str]:
    """What does not hold."""
    verdict = judge(views.store(views.here(day.shopify)), views.crm(views.here(day.hubspot)))
    parked = [
        f"parked: {row.ref.kind} {row.ref.id}: {row.error}" for row in day.store.records.values() if row.parked_at
    ]
    due = [f"due: {row.ref.kind} {row.ref.id}" for row in day.store.records.values() if row.due_at]
    return [*map(str, verdict.differences), *parked, *due]
