"""Checks both sides, makes what Tandem needs there, and answers with a doctor's report; invoked by the owner.

Send {} or {"dry_run": true}; `tandem.sync.setup.ALLOWED` lists the rest.
"""

from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from tandem import runtime
from tandem.model import Priority
from tandem.runtime import logger, run
from tandem.settings import settings
from tandem.sync.asked import NotUnderstood, understood
from tandem.sync.setup import ALLOWED, Limits, Request, Sides, setup
from tandem.vendors import crm, limits_of, store_api
from tandem.work import deadline


@logger.inject_lambda_context
def lambda_handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    try:
        request = understood(Request, event, ALLOWED)
    except NotUnderstood as refusal:
        return {"ok": False, "error": str(refusal)}
    report = run(_setup(request, deadline(context)))
    logger.info("setup", extra={"report": report})
    return report


async def _setup(request: Request, until: datetime) -> dict[str, Any]:
    shop, told = settings().shop, Limits()
    limits = await limits_of(shop)
    sides = Sides(
        shop,
        store_api(shop, limits, Priority.LIVE, until, told.shopify),
        crm(limits, Priority.LIVE, until, told.hubspot),
        runtime.store(),
        runtime.clock(),
        settings().webhook_url,
        told,
    )
    return await setup(request, sides)
