"""Where people and companies are found: e-mail addresses, phone numbers, domains, as they are stored."""

import re

from sandbox.hubspot.records.unique import addresses
from sandbox.hubspot.refusals import Invalid


def phone(value: str) -> str:
    """Digits only, after a + where there was one."""
    digits = "".join(sign for sign in value if sign.isdecimal())
    return ("+" if value.startswith("+") else "") + digits if digits else value


def bare_domain(value: str) -> str:
    """`example.com` for `https://www.Example.com/about`."""
    host = re.split(r"[/?#]", value.lower().partition("://")[2] or value.lower())[0]
    return host.removeprefix("www.") or value


def email(value: str) -> str:
    """An address in lower case."""
    local, at, domain = value.lower().rpartition("@")
    labels = domain.split(".")
    proper = at and local and "@" not in local and len(labels) > 1 and all(labels) and len(labels[-1]) > 1
    if not proper or any(sign.isspace() or sign in ";,<>" for sign in value) or labels[-1].isdecimal():
        raise Invalid("INVALID_EMAIL", f"Email address {value} is invalid")
    return f"{local}@{domain}"


def emails(value: str) -> str:
    """A `;` list of addresses, each once."""
    return ";".join(dict.fromkeys(email(part.strip()) for part in addresses(value) if part.strip()))
