"""Tables that also find their rows by values which only one row may hold: an e-mail address, an external id."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from sandbox.shopify.model import Node
from sandbox.shopify.shop import Table, Terms

T = TypeVar("T", bound=Node)
Claim = tuple[str, str]
"""(what, value), e.g. ("email", "ada@example.com")."""


class UniqueTable(Table[T]):
    """`claims` names what a row holds. Whether a value is free is for the caller to ask, with `holder`."""

    def __init__(self, terms: Callable[[T], Terms], claims: Callable[[T], Iterable[Claim]]) -> None:
        super().__init__(terms)
        self._claims = claims
        self._holders: dict[Claim, T] = {}
        self._held: dict[str, tuple[Claim, ...]] = {}

    def holder(self, what: str, value: str) -> T | None:
        return self._holders.get((what, value))

    def put(self, row: T, updated_at: datetime, visible_at: datetime) -> None:
        super().put(row, updated_at, visible_at)
        claims = tuple(self._claims(row))
        if claims != self._held.get(row.legacy_resource_id):
            self._release(row)
            self._held[row.legacy_resource_id] = claims
            for claim in claims:
                self._holders[claim] = row

    def remove(self, row: T, visible_at: datetime) -> None:
        super().remove(row, visible_at)
        self._release(row)

    def _release(self, row: T) -> None:
        for claim in self._held.pop(row.legacy_resource_id, ()):
            if self._holders.get(claim) is row:
                del self._holders[claim]
