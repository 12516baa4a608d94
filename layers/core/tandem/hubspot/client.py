"""HubSpot's CRM as the engine sees it (the port `HubSpot`), in batches over httpx."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import httpx

from tandem.errors import Rejected
from tandem.hubspot import batches, links, reading, writing
from tandem.hubspot.answers import Json, Refusal
from tandem.hubspot.calls import Calls, Seen, Take
from tandem.model import KEY, Found, Listed, NotWritten, Write, Written
from tandem.ports import Clock

PAGE = 200
LISTED = 100
"""Records on a page of a search, and of a listing."""


class HubSpotClient:
    """One account. `take` and `take_search` draw from its budgets before each call; `seen` gets each answer's headers.

    `http` has HubSpot's base address. A refused call that is no batch of writes raises Rejected, with the code
    `conflict`, `gone`, `invalid` or `rejected`.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        token: Callable[[], Awaitable[str]],
        take: Take,
        take_search: Take,
        clock: Clock,
        api_version: str = "2026-09",
        seen: Seen | None = None,
    ) -> None:
        self.api_version = api_version
        self._calls = Calls(http, token, take, take_search, clock, seen)

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Any path below the base address, such as `/crm/properties/2026-09/orders`. Repeated when it fails."""
        return _granted(await self._calls.read("GET", path, params=params))

    async def post(self, path: str, body: Json) -> dict[str, Any]:
        """A write: never repeated once it may have been done. Raises OutcomeUnknown."""
        return _granted(await self._calls.write("POST", path, body))

    async def patch(self, path: str, body: Json) -> dict[str, Any]:
        """A write, like `post`."""
        return _granted(await self._calls.write("PATCH", path, body))

    async def read(
        self, name: str, keys: Sequence[str], properties: Sequence[str], by: str | None = None
    ) -> dict[str, Found]:
        asked = reading.asked(keys, by)
        body: dict[str, Any] = {"properties": [*dict.fromkeys((*properties, *reading.keyed_by(by)))]}
        if by is not None:
            body["idProperty"] = by

        async def call(part: Sequence[str]) -> dict[str, Any]:
            inputs = [{"id": key} for key in part]
            return _granted(await self._calls.read("POST", self._objects(name, "read"), {**body, "inputs": inputs}))

        found: dict[str, Found] = {}
        for answer in await batches.in_batches(list(asked), batches.RECORDS, call):
            found |= reading.matched(answer, asked, properties, by)
        return found

    async def upsert(self, name: str, writes: Sequence[Write]) -> dict[str, Written | NotWritten]:
        async def send(part: Sequence[Write]) -> dict[str, Any] | Refusal:
            inputs = [
                {
                    "idProperty": KEY,
                    "id": one.key,
                    "objectWriteTraceId": one.key,
                    "properties": {**one.properties, KEY: one.key},
                }
                for one in part
            ]
            return await self._calls.write("POST", self._objects(name, "upsert"), {"inputs": inputs})

        return await writing.write(writes, KEY, send)

    async def update(self, name: str, writes: Sequence[Write]) -> dict[str, Written | NotWritten]:
        async def send(part: Sequence[Write]) -> dict[str, Any] | Refusal:
            inputs = [
                {"id": one.key, "objectWriteTraceId": one.key, "properties": dict(one.properties)} for one in part
            ]
            return await self._calls.write("POST", self._objects(name, "update"), {"inputs": inputs})

        return await writing.write(writes, None, send)

    async def archive(self, name: str, ids: Sequence[str]) -> None:
        async def call(part: Sequence[str]) -> None:
            body = {"inputs": [{"id": id_} for id_ in part]}
            _granted(await self._calls.write("POST", self._objects(name, "archive"), body))

        await batches.in_batches(list(dict.fromkeys(ids)), batches.RECORDS, call)

    async def associate(self, source: str, target: str, pairs: Sequence[links.Pair], label: int | None) -> None:
        """Raises Rejected when one of the links is refused; the others are made."""
        verb, types = "associate/default", {}
        if label is not None:
            spec = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": label}
            verb, types = "create", {"types": [spec]}

        async def call(part: Sequence[links.Pair]) -> None:
            inputs = [{"from": {"id": one}, "to": {"id": other}, **types} for one, other in part]
            path = self._associations(source, target, verb)
            links.check_made(_granted(await self._calls.write("POST", path, {"inputs": inputs})), part)

        await batches.in_batches(list(dict.fromkeys(pairs)), batches.LINKS_MADE, call)

    async def dissociate(self, source: str, target: str, pairs: Sequence[links.Pair]) -> None:
        ends: dict[str, dict[str, None]] = {}
        for one, other in pairs:
            ends.setdefault(one, {})[other] = None

        async def call(part: Sequence[str]) -> None:
            inputs = [{"from": {"id": one}, "to": [{"id": other} for other in ends[one]]} for one in part]
            path = self._associations(source, target, "archive")
            _granted(await self._calls.write("POST", path, {"inputs": inputs}))

        await batches.in_batches(list(ends), batches.LINKS_ENDED, call)

    async def associated(self, source: str, target: str, ids: Sequence[str]) -> dict[str, list[str]]:
        """Every id is answered, with an empty list for a record without links or that is not there."""

        async def call(part: Sequence[Json]) -> dict[str, Any]:
            path = self._associations(source, target, "read")
            return _granted(await self._calls.read("POST", path, {"inputs": list(part)}))

        found: dict[str, list[str]] = {id_: [] for id_ in ids}
        due: list[Json] = [{"id": id_} for id_ in found]
        while due:
            answers = await batches.in_batches(due, batches.LINKS_READ, call)
            due = []
            for answer in answers:
                for row in reading.results(answer):
                    one, others, after = links.ends(row)
                    found.get(one, []).extend(others)
                    if after is not None:
                        due.append({"id": one, "after": after})
        return found

    async def search(
        self,
        name: str,
        filters: Sequence[Mapping[str, Any]],
        properties: Sequence[str],
        after: str | None = None,
        sort: str | None = None,
    ) -> tuple[list[Found], str | None]:
        modified = "lastmodifieddate" if name == "contacts" else "hs_lastmodifieddate"
        body: dict[str, Any] = {
            "filterGroups": [{"filters": [dict(one) for one in filters]}],
            "sorts": [{"propertyName": sort or modified, "direction": "ASCENDING"}],
            "properties": list(properties),
            "limit": PAGE,
        }
        if after is not None:
            body["after"] = after
        answer = _granted(await self._calls.search(f"/crm/objects/{self.api_version}/{name}/search", body))
        return [reading.found(row, properties) for row in reading.results(answer)], reading.after(answer)

    async def listed(
        self,
        name: str,
        properties: Sequence[str],
        after: str | None = None,
        *,
        linked: Sequence[str] = (),
        archived: bool = False,
    ) -> tuple[list[Listed], str | None]:
        """Links that do not fit a listing's own page are read by `associated`, all of that record's anew."""
        asked = {"properties": ",".join(properties), "associations": ",".join(linked), "after": after}
        given = {key: value for key, value in asked.items() if value}
        path = f"/crm/objects/{self.api_version}/{name}"
        answer = await self.get(path, {"limit": str(LISTED), "archived": str(archived).lower(), **given})
        rows = reading.results(answer)
        records = [reading.listed(row, properties, linked) for row in rows]
        for target in linked:
            long = [one.id for one, row in zip(records, rows, strict=True) if links.go_on(row, target)]
            whole = await self.associated(name, target, long) if long else {}
            records = [
                replace(one, linked={**one.linked, target: tuple(dict.fromkeys(whole[one.id]))})
                if one.id in whole
                else one
                for one in records
            ]
        return records, reading.after(answer)

    def _objects(self, name: str, verb: str) -> str:
        return f"/crm/objects/{self.api_version}/{name}/batch/{verb}"

    def _associations(self, source: str, target: str, verb: str) -> str:
        return f"/crm/associations/{self.api_version}/{source}/{target}/batch/{verb}"


def _granted(answer: dict[str, Any] | Refusal) -> dict[str, Any]:
    if isinstance(answer, Refusal):
        raise Rejected(answer.text, answer.code)
    return answer
