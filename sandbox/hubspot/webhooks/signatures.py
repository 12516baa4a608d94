"""The signatures on a webhook: v3 over method, address, body and time; the older v1 and v2 (reference §6.4)."""

import base64
import hashlib
import hmac
import re

DECODED = {
    "%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$", "%27": "'",
    "%28": "(", "%29": ")", "%2A": "*", "%2C": ",", "%3B": ";",
}  # fmt: skip
"""The escapes that are undone before signing, and no others."""


def signed_url(url: str) -> str:
    return re.sub("|".join(DECODED), lambda escape: DECODED[escape.group()], url)


def v3(secret: str, url: str, body: bytes, timestamp: str) -> str:
    message = b"POST" + signed_url(url).encode() + body + timestamp.encode()
    return base64.b64encode(hmac.new(secret.encode(), message, hashlib.sha256).digest()).decode()


def v2(secret: str, url: str, body: bytes) -> str:
    return hashlib.sha256(f"{secret}POST{url}".encode() + body).hexdigest()


def v1(secret: str, body: bytes) -> str:
    return hashlib.sha256(secret.encode() + body).hexdigest()
