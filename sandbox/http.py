"""The request and reply a simulator deals in, the same for both of its mounts."""

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

MAX_BODY = 10_000_000
"""Bytes a simulator reads of one request. Larger bodies reach the vendor as `oversized`."""

TARGET = re.compile(r"[^:]*://[^/?#]*([^?#]*)\??([^#]*)")
"""Path and query of an absolute address."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `headers` have lower-case names; `oversized` means the body was cut at MAX_BODY."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes = b""
    oversized: bool = False
    path: str = field(init=False)
    query: tuple[tuple[str, str], ...] = field(init=False)

    def __post_init__(self) -> None:
        # Not urlsplit: it raises for hosts and paths that a caller may well send.
        found = TARGET.match(self.url)
        path, query = found.groups() if found else ("", "")
        object.__setattr__(self, "path", unquote(path) or "/")
        object.__setattr__(self, "query", tuple(parse_qsl(query, keep_blank_values=True)))

    def parameter(self, name: str) -> str | None:
        """The first value of a query parameter."""
        return next((value for key, value in self.query if key == name), None)

    def parameters(self, name: str) -> list[str]:
        """Every value of a query parameter, comma lists taken apart, as HubSpot reads `properties`."""
        return [part for key, value in self.query if key == name for part in value.split(",") if part]


@dataclass(slots=True)
class Reply:
    """One HTTP reply. Header names as the vendor spells them."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, status: int, payload: Any, headers: dict[str, str] | None = None) -> "Reply":
        body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
        return cls(status, body, {"Content-Type": "application/json;charset=utf-8", **(headers or {})})

    @classmethod
    def html(cls, status: int, text: str) -> "Reply":
        return cls(status, text.encode(), {"Content-Type": "text/html;charset=utf-8"})

    def decoded(self) -> Any:
        return json.loads(self.body)
