"""Moves orders to the stages their rules say; keeps the pipeline known, saves rules.

Bells come by queue. A schedule or an operator sends {"action": "refresh"}, or {"action": "rules"}, which shows the
rules, or with "rules": [...] saves others and moves the orders they touch.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from tandem.actions import carry_out
from tandem.model import Kind
from tandem.runtime import logger, run
from tandem.stage_actions import ACTIONS
from tandem.sync import stages
from tandem.work import answer_bells, deadline, of_queue


@logger.inject_lambda_context
def lambda_handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    if of_queue(event):
        return answer_bells(event, context, Kind.STAGE, stages.sync)
    return run(carry_out(ACTIONS, event, deadline(context)))
