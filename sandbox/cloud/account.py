"""Who talks to the emulator and where it is: dummy credentials, a loopback endpoint, and nothing else."""

import os
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

REGION = "us-east-1"
KEY = "testing"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
PATIENCE = Config(connect_timeout=5, read_timeout=330, retries={"total_max_attempts": 1}, proxies={})
"""A function may run for five minutes, and is never to be invoked twice."""


class NotLoopback(Exception):
    """An AWS endpoint on another machine than this one: the sandbox must never touch a real account."""


def guard(endpoint: str) -> str:
    if urlsplit(endpoint).hostname not in LOOPBACK:
        raise NotLoopback(f"the sandbox talks to AWS on this machine alone, not to {endpoint}; unset AWS_ENDPOINT_URL")
    return endpoint


def environment(endpoint: str) -> dict[str, str]:
    """This process's environment with the emulator in the place of every AWS profile, key and endpoint.

    Raises NotLoopback for `endpoint`, and for an endpoint that the environment names.
    """
    kept = {}
    for name, value in os.environ.items():
        if name.startswith("AWS_ENDPOINT_URL"):
            guard(value)
        elif not name.startswith(("AWS_", "SAM_", "PYTHON")) and not name.lower().endswith("_proxy"):
            kept[name] = value
    return kept | {
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": KEY,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": guard(endpoint),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def client(service: str, endpoint: str) -> Any:
    session = boto3.session.Session(aws_access_key_id=KEY, aws_secret_access_key=KEY, region_name=REGION)
    return session.client(service, endpoint_url=guard(endpoint), config=PATIENCE)
