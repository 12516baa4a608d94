"""What Shopify demands of a webhook subscription made through the API (reference §4.7; captures webhook-*).

Every refusal is a pair: the path into the arguments, and the sentence.
"""

import re
from collections.abc import Iterable, Iterator

import httpx

from sandbox.shopify.apps.apps import WebhookSubscription
from sandbox.shopify.webhooks import filters
from sandbox.shopify.webhooks.partner_events import ARN
from sandbox.shopify.webhooks.topics import BY_HEADER

Refusal = tuple[tuple[str, ...], str]

INPUT = "webhookSubscription"
ADDRESS = (INPUT, "callbackUrl")
FORMAT = (INPUT, "format")
NAME = (INPUT, "name")

HTTPS = re.compile(r"https://([^/?#@:\s]+)(?::\d+)?(?:[/?#]\S*)?")
OWN_HOSTS = re.compile(r"(?:.+\.)?(?:myshopify\.com|shopify\.com|shopifycloud\.com|localhost|internal|local)|[\d.]+")
PUBSUB = re.compile(r"pubsub://([^:/]+):([^:/]+)")
PROJECT = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]")
PUBSUB_TOPIC = re.compile(r"(?!goog)[A-Za-z][\w.~+%-]{2,254}")
NAME_SIGNS = re.compile(r"[A-Za-z0-9_-]+")
MAX_NAME = 50
"""Inferred; that a name can be too short is captured."""


def refusals(wanted: WebhookSubscription, others: Iterable[WebhookSubscription]) -> list[Refusal]:
    """Why a subscription cannot be kept beside `others` of the same app; empty where it can."""
    others = list(others)
    found = [*_address(wanted, others), *_format(wanted), *_name(wanted, others)]
    if not found and wanted.filter is not None and not filters.is_valid(wanted.filter):
        message = "The specified filter is invalid, please ensure you specify the field(s) you wish to filter on."
        return [((INPUT,), message)]
    return found


def is_cloud(uri: str) -> bool:
    return uri.startswith(("arn:", "pubsub://"))


def _address(wanted: WebhookSubscription, others: list[WebhookSubscription]) -> Iterator[Refusal]:
    messages = list(_address_faults(wanted))
    yield from ((ADDRESS, f"Address {message}") for message in messages)
    if not messages and any(_same_place(wanted, other) for other in others):
        yield ADDRESS, "Address for this topic has already been taken"


def _same_place(wanted: WebhookSubscription, other: WebhookSubscription) -> bool:
    """One address may hear a topic once per format, and, inferred, per filter."""
    same = (wanted.header, wanted.uri, wanted.format) == (other.header, other.uri, other.format)
    return same and (wanted.filter or "") == (other.filter or "")


def _address_faults(wanted: WebhookSubscription) -> Iterator[str]:
    uri = wanted.uri
    scheme, separator, _ = uri.partition("://")
    if not uri.strip():
        yield "can't be blank"
    elif uri.startswith("arn:"):
        yield from _arn_faults(uri, wanted.app.legacy_resource_id)
    elif scheme == "pubsub" and separator:
        yield from _pubsub_faults(uri)
    elif scheme == "kafka" and separator:
        yield "protocol kafka:// is not supported"
        yield "is not a valid kafka topic"
    elif separator and scheme != "https":
        yield f"protocol {scheme}:// is not supported"
    elif (found := HTTPS.fullmatch(uri)) is None or not _readable(uri):
        yield "is invalid"
    elif OWN_HOSTS.fullmatch(found[1].lower()):
        yield "cannot be a Shopify or an internal domain"


def _readable(uri: str) -> bool:
    try:
        return bool(httpx.URL(uri).host)
    except httpx.InvalidURL:
        return False


def _arn_faults(uri: str, app_id: str) -> Iterator[str]:
    found = ARN.fullmatch(uri)
    if found is None:
        yield "is invalid"
        yield "is not a valid AWS ARN"
    elif found[3] != app_id:
        yield "is invalid"
        yield f"is an AWS ARN and includes api_client_id '{found[3]}' instead of '{app_id}'"


def _pubsub_faults(uri: str) -> Iterator[str]:
    found = PUBSUB.fullmatch(uri)
    if found is None:
        yield "protocol pubsub:// is not supported"
        yield "is not a valid GCP pub/sub format. Format should be pubsub://project:topic"
    elif not PROJECT.fullmatch(found[1]):
        yield "is invalid"
        yield "is not a valid GCP project id."
    elif not PUBSUB_TOPIC.fullmatch(found[2]):
        yield "is invalid"
        yield "is not a valid GCP topic id."


def _format(wanted: WebhookSubscription) -> Iterator[Refusal]:
    if wanted.format == "JSON":
        return
    if is_cloud(wanted.uri):
        yield FORMAT, "Format can only be used with format: 'json'"
    elif not BY_HEADER[wanted.header].xml:
        yield FORMAT, "Format 'xml' is invalid for this webhook topic. Allowed formats: json"


def _name(wanted: WebhookSubscription, others: list[WebhookSubscription]) -> Iterator[Refusal]:
    name = wanted.name
    if name is None:
        return
    if not name:
        yield NAME, "Name is too short (minimum is 1 character)"
    if len(name) > MAX_NAME:
        yield NAME, f"Name is too long (maximum is {MAX_NAME} characters)"
    if not NAME_SIGNS.fullmatch(name):
        yield NAME, "Name name field can only contain alphanumeric characters, underscores, and hyphens"
    if any(other.name is not None and other.name.lower() == name.lower() for other in others):
        yield NAME, "Name already exists, no duplicate allowed"
