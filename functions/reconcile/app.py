"""Finds what no webhook told of and what people changed in HubSpot, and compares both sides in full.

A schedule or an operator names an action: layers/core/tandem/reconcile_actions.py, audit_actions.py.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from tandem.actions import carry_out
from tandem.reconcile_actions import ACTIONS
from tandem.runtime import logger, run
from tandem.work import deadline


@logger.inject_lambda_context
def lambda_handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    return run(carry_out(ACTIONS, event, deadline(context)))
