"""One bulk operation on its way from CREATED to an end, on the store's clock (reference §6)."""

from graphql import DocumentNode, GraphQLSchema

from sandbox.shopify.api.context import Context
from sandbox.shopify.bodies.shop import bulk_operation_finished
from sandbox.shopify.bulk.bulk_export import Export, ExportFailed
from sandbox.shopify.bulk.bulk_model import CANCEL_SECONDS, FILE_LIFE, START_SECONDS, BulkOperation


class Run:
    """What becomes of an operation. A switch decides which state of the data it shows."""

    def __init__(
        self, context: Context, schema: GraphQLSchema, document: DocumentNode, operation: BulkOperation
    ) -> None:
        self.shop = context.shop
        self.context = context
        self.schema = schema
        self.document = document
        self.operation = operation
        self.failure: tuple[str, int] | None = None
        operation.run = self
        self._keep("CREATED")
        self.shop.clock.call_later(START_SECONDS, self._start)

    def _keep(self, status: str) -> None:
        self.operation.status = status
        self.shop.save(self.operation)

    def _start(self) -> None:
        """Read the data and begin to count. A cancelled run goes on until the cancellation takes hold (captured)."""
        operation = self.operation
        self._read()
        operation.started_at = self.shop.clock.now
        if operation.status == "CREATED":
            self._keep("RUNNING")
        self.shop.clock.call_later(operation.seconds, self._end)

    def _read(self) -> None:
        operation, shop = self.operation, self.shop
        shuffled = shop.random if shop.switches["bulk_order"] == "shuffled" else None
        export = Export(operation.group_objects, shuffled)
        try:
            export.read(self.document, self.schema, self.context)
        except ExportFailed as failed:
            self.failure = failed.code, len(export.lines)
        operation.lines, operation.roots = tuple(export.lines), export.roots

    def _end(self) -> None:
        if self.operation.status != "RUNNING":
            return
        if self.shop.switches["bulk_snapshot"] == "end":
            self._read()
        code, kept = self.failure or (None, len(self.operation.lines))
        self._finish("FAILED" if code else "COMPLETED", code, kept)

    def fail(self, code: str, kept: int) -> None:
        """Let it fail at its end, with the first `kept` lines as partial data."""
        self.failure = code, kept

    def cancel(self) -> None:
        self._keep("CANCELING")
        self.shop.clock.call_later(CANCEL_SECONDS, self._cancelled)

    def _cancelled(self) -> None:
        self.operation.counted = self.operation.progress(self.shop.clock.now)
        self._keep("CANCELED")
        self._tell()

    def _finish(self, status: str, code: str | None, kept: int) -> None:
        operation, shop = self.operation, self.shop
        operation.counted = (len(operation.lines), operation.roots) if code is None else (kept, operation.roots)
        operation.completed_at = shop.clock.now if code is None else None
        operation.error_code = code
        if lines := operation.lines[:kept]:
            operation.file = b"".join(line + b"\n" for line in lines)
            operation.file_size = len(operation.file)
            operation.file_key = f"{shop.random.getrandbits(112):028x}"
            operation.signature = f"{shop.random.getrandbits(256):064x}"
            operation.expires_at = shop.now + FILE_LIFE
            shop.clock.call_at(operation.expires_at, self._expire)
        operation.lines = ()
        self._keep(status)
        self._tell()

    def _expire(self) -> None:
        self.operation.file = None
        if self.operation.status == "COMPLETED":
            self._keep("EXPIRED")

    def _tell(self) -> None:
        operation = self.operation
        self.shop.publish_to(
            operation.app, "bulk_operations/finish", lambda: bulk_operation_finished(self.shop, operation)
        )
