"""Marks records as due: some, all of a kind, or everything; invoked by an operator, and going on through its own queue.

Send {} for everything; `tandem.sync.resync.ALLOWED` lists the rest.
"""

import json
from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from tandem import runtime
from tandem.model import Job, Priority
from tandem.runtime import logger, run
from tandem.settings import settings
from tandem.shopify.client import ShopifyClient
from tandem.sync import resync
from tandem.sync.asked import NotUnderstood, understood
from tandem.vendors import limits_of, store_api, world
from tandem.work import deadline, of_queue


@logger.inject_lambda_context
def lambda_handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    """An operator's request is answered; a message that cannot be worked on raises, and comes again."""
    if of_queue(event):
        for record in event["Records"]:
            run(_work(json.loads(record["body"])["job"], deadline(context)))
        return {"batchItemFailures": []}
    try:
        request = understood(resync.Request, event, resync.ALLOWED)
    except NotUnderstood as refusal:
        return {"ok": False, "error": str(refusal)}
    return run(_asked(request, deadline(context)))


async def _asked(request: resync.Request, until: datetime) -> dict[str, Any]:
    shop = settings().shop
    if request.status:
        return {"ok": True, "jobs": [_shown(job) for job in await resync.jobs(shop, world())]}
    if request.ids:
        return {"ok": True, "marked": await resync.mark_ids(request, shop, world())}
    return await _work(await resync.start(request, shop, world()), until)


async def _work(name: str, until: datetime) -> dict[str, Any]:
    """One run on a job; unless it ends `done`, others go on by themselves."""
    shop = settings().shop
    shopify = ShopifyClient(store_api(shop, await limits_of(shop), Priority.BULK, until))
    progress = await resync.work(name, shop, shopify.ids, world(), until, runtime.continue_job)
    if progress is None:
        logger.warning("no such job")
        return {"ok": False, "error": "no such job"}
    answer = {"ok": progress.ended != "interrupted", "ended": progress.ended, **_shown(progress.job)}
    if progress.reason:
        answer["reason"] = f"{progress.reason} It goes on by itself within minutes."
    logger.info("resync", extra=answer)
    return answer


def _shown(job: Job) -> dict[str, Any]:
    return {"job": job.name, "done": job.done, "marked": dict(job.counts)}
