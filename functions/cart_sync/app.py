"""Brings due carts in step: reads their checkouts from Shopify, writes what differs to HubSpot; saves the cart rules.

Bells come by queue. A schedule or an operator sends {"action": "check"}, for carts whose time has come, or
{"action": "rules"}, which shows the rules, or with "rules": {...} saves others and has all carts looked at anew.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from tandem.actions import carry_out
from tandem.cart_actions import ACTIONS
from tandem.model import Kind
from tandem.runtime import logger, run
from tandem.sync import carts
from tandem.work import answer_bells, deadline, of_queue


@logger.inject_lambda_context
def lambda_handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    if of_queue(event):
        return answer_bells(event, context, Kind.CART, carts.sync)
    return run(carry_out(ACTIONS, event, deadline(context)))
