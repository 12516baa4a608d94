"""The peer of the webhook function: checks the signature and puts the body on a queue, as briefly as boto3 lets it."""

import base64
import hashlib
import hmac
import os
from typing import Any

import boto3

sqs = boto3.client("sqs")
SECRET = os.environ["PEER_SECRET"].encode()


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    body = base64.b64decode(event["body"]) if event["isBase64Encoded"] else event["body"].encode()
    signature = base64.b64encode(hmac.digest(SECRET, body, hashlib.sha256)).decode()
    if not hmac.compare_digest(signature, event["headers"]["x-shopify-hmac-sha256"]):
        return {"statusCode": 401, "body": ""}
    sqs.send_message(QueueUrl=os.environ["QUEUE_URL_ORDER"], MessageBody=body.decode())
    return {"statusCode": 200, "body": ""}
