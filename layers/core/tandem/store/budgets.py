"""Budgets shared by all workers: each row says when all that was given out is earned back."""

from datetime import datetime, timedelta
from typing import Any

from tandem.errors import OnHold
from tandem.model import Rate
from tandem.store import keys
from tandem.store.pace import Spent, reserve
from tandem.store.table import Attributes, Conflict, Table


class Budgets(Table):
    """The part of the store that is about budgets."""

    def __init__(self, client: Any, name: str, shards: int = 1) -> None:
        super().__init__(client, name, shards)
        self._spent: dict[str, Spent] = {}
        """Budgets as last seen. Never read as the truth: a write from an old one fails and answers the new one."""

    async def draw(self, budget: str, tokens: float, rate: Rate, now: datetime, patience: float) -> float | None:
        """When an answer is lost and the client repeats the write, the tokens are taken twice, never given twice."""
        spent = self._spent.get(budget, Spent())
        if spent.held or reserve(spent, tokens, rate, now)[1] > patience:
            spent = await self._read(budget)  # another may have lifted it, or put it on hold
        while True:
            if spent.held:
                raise on_hold(spent.held)
            taken, wait = reserve(spent, tokens, rate, now)
            if wait > patience:
                # a budget only ever moves on, so the true wait is no shorter
                return None
            known = {"until": spent.until, "held": spent.held}
            try:
                await self.update(
                    keys.budget(budget),
                    put={"until": taken.until},
                    condition=" AND ".join(
                        f"#{name} = :old_{name}" if value else f"attribute_not_exists(#{name})"
                        for name, value in known.items()
                    ),
                    given={f"old_{name}": value for name, value in known.items()},
                )
            except Conflict as conflict:
                spent = self._spent[budget] = _spent(conflict.item)
            else:
                self._spent[budget] = taken
                return wait

    async def hold(self, budget: str, until: datetime) -> None:
        self._spent.pop(budget, None)
        try:
            await self.update(
                keys.budget(budget),
                put={"held": until},
                condition="attribute_not_exists(#held) OR #held < :held",
            )
        except Conflict:
            return  # held for longer already

    async def probe(self, budget: str, now: datetime, seconds: float) -> bool:
        try:
            await self.update(
                keys.budget(budget),
                put={"held": now + timedelta(seconds=seconds)},
                condition="#held <= :now",
                given={"now": now},
            )
        except Conflict:
            return False
        return True

    async def lift(self, budget: str) -> None:
        await self.update(keys.budget(budget), remove=("held",))

    async def _read(self, budget: str) -> Spent:
        spent = self._spent[budget] = _spent(await self.get(keys.budget(budget)) or {})
        return spent


def on_hold(until: datetime) -> OnHold:
    return OnHold("calls failed lately, by this worker or another: one of them tries again soon", until)


def _spent(item: Attributes) -> Spent:
    return Spent(*(datetime.fromisoformat(item[name]) if name in item else None for name in ("until", "held")))
