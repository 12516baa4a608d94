"""Brings due orders in step: reads them from Shopify, writes what differs to HubSpot."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from tandem.model import Kind
from tandem.runtime import logger
from tandem.sync import orders
from tandem.work import answer_bells


@logger.inject_lambda_context
def lambda_handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    return answer_bells(event, context, Kind.ORDER, orders.sync)
