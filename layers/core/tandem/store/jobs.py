"""Jobs: a checkpoint each, saved on condition that nobody else saved since it was read."""

import json
from uuid import uuid4

from tandem.model import Job
from tandem.store import keys
from tandem.store.table import Conflict, Table


class Jobs(Table):
    """The part of the store that is about jobs."""

    async def job(self, shop: str, name: str) -> Job | None:
        item = await self.get(keys.job(shop, name))
        return Job(shop, name, **json.loads(item["document"]), revision=item["revision"]) if item else None

    async def save_job(self, job: Job) -> bool:
        words = {"request": dict(job.request), "cursor": job.cursor, "counts": dict(job.counts), "done": job.done}
        saver = uuid4().hex
        try:
            await self.update(
                keys.job(job.shop, job.name),
                put={"document": json.dumps(words), "revision": job.revision + 1, "saver": saver},
                condition="#revision = :read" if job.revision else "attribute_not_exists(#revision)",
                given={"read": job.revision} if job.revision else {},
            )
        except Conflict as conflict:
            # the client repeats a write whose answer was lost, and then meets its own
            return bool(conflict.item.get("saver") == saver)
        return True
