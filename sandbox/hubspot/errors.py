"""HubSpot's error body, and one exception that carries it.

Shape: OpenAPI `Error` / `StandardError` as told in the reference (§5.5); every field but status and message may
be missing.
"""

from typing import Any


class HubSpotError(Exception):
    """A refusal. `status` is the HTTP status; the rest fills HubSpot's body.

    `errors` are the details: `{"message", "code", "in", "subCategory", "context"}`. `context` belongs to the
    whole, e.g. `{"ids": ["123"]}`. `extra` adds top-level keys, `headers` those of the reply.
    """

    def __init__(
        self,
        status: int,
        category: str,
        message: str,
        *,
        sub_category: str | None = None,
        errors: list[dict[str, Any]] | None = None,
        context: dict[str, list[str]] | None = None,
        extra: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.category = category
        self.message = message
        self.sub_category = sub_category
        self.errors = errors or []
        self.context = context or {}
        self.extra = extra or {}
        self.headers = headers or {}

    def body(self, correlation_id: str) -> dict[str, Any]:
        body: dict[str, Any] = {"status": "error", "message": self.message, "correlationId": correlation_id}
        if self.category:
            body["category"] = self.category
        if self.sub_category:
            body["subCategory"] = self.sub_category
        if self.errors:
            body["errors"] = self.errors
        if self.context:
            body["context"] = self.context
        return body | self.extra
