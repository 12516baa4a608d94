"""Telephone numbers: to E.164, as a store in its country reads them."""

import re

CALLING_CODES = {
    "AT": "43", "AU": "61", "BE": "32", "BH": "973", "BR": "55", "CA": "1", "CH": "41", "CN": "86", "DE": "49",
    "DK": "45", "ES": "34", "FI": "358", "FR": "33", "GB": "44", "IE": "353", "IN": "91", "IT": "39", "JP": "81",
    "KR": "82", "MX": "52", "NL": "31", "NO": "47", "NZ": "64", "PL": "48", "PT": "351", "SE": "46", "SG": "65",
    "US": "1", "ZA": "27",
}  # fmt: skip
"""Of the countries a simulated store can be in; a number without `+` is read as one of its own."""

_NORTH_AMERICA = re.compile(r"\+1[2-9]\d{2}[2-9]\d{6}")
_ELSEWHERE = re.compile(r"\+[2-9]\d{6,14}")


def e164(text: str, country: str) -> str | None:
    """ "(415) 555-1534" in the US or Canada is "+14155551534" (capture b2b-contact-update-customer-readback).

    None for what is no number: letters, wrong length, and in North America an area or exchange that cannot be.
    """
    if re.search(r"[^\d\s().+/-]", text) or "+" in text[1:].strip():
        return None
    digits = re.sub(r"\D", "", text)
    number = f"+{digits}" if text.strip().startswith("+") else _national(digits, CALLING_CODES.get(country, "1"))
    pattern = _NORTH_AMERICA if number.startswith("+1") else _ELSEWHERE
    return number if pattern.fullmatch(number) else None


def _national(digits: str, calling_code: str) -> str:
    if calling_code == "1":
        return f"+{digits}" if len(digits) == 11 and digits.startswith("1") else f"+1{digits}"
    return f"+{calling_code}{digits.removeprefix('0')}"
