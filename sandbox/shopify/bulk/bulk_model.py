"""A bulk operation: what was asked, how far it is, where its file lies."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sandbox.shopify.apps.apps import App
from sandbox.shopify.model import Node

if TYPE_CHECKING:
    from sandbox.shopify.bulk.bulk_run import Run

OBJECTS_PER_SECOND = 1_500
"""1,459 products took about a second (capture bulk-operation-status-catalog-cancel)."""
START_SECONDS = 0.5
CANCEL_SECONDS = 1.0
"""A run is CREATED, or CANCELING, for a moment; the length is inferred from polls 1.5 s apart."""
FILE_LIFE = timedelta(days=7)
UNFINISHED = ("CREATED", "RUNNING", "CANCELING")


@dataclass(slots=True, eq=False)
class BulkOperation(Node):
    """`lines` is the output while the run lasts, `file` what can be fetched afterwards."""

    typename = "BulkOperation"
    legacy_resource_id: str
    created_at: datetime
    """With its fraction of a second: cursors show it."""
    updated_at: datetime
    app: App
    query: str
    group_objects: bool
    status: str = "CREATED"
    type: str = "QUERY"
    error_code: str | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    lines: tuple[bytes, ...] = field(default=(), repr=False)
    roots: int = 0
    file: bytes | None = field(default=None, repr=False)
    file_size: int | None = None
    file_key: str = ""
    signature: str = ""
    expires_at: datetime | None = None
    counted: tuple[int, int] = (0, 0)
    run: "Run | None" = field(default=None, repr=False)

    @property
    def seconds(self) -> float:
        """How long the run takes once it is RUNNING."""
        return max(START_SECONDS, len(self.lines) / OBJECTS_PER_SECOND)

    def progress(self, now: datetime) -> tuple[int, int]:
        """Objects and root objects counted so far."""
        if self.status not in UNFINISHED or self.started_at is None:
            return self.counted
        part = min(1.0, (now - self.started_at).total_seconds() / self.seconds)
        return int(len(self.lines) * part), int(self.roots * part)
