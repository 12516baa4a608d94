"""Product handles: how text becomes one, and how a taken one makes way."""

import re
import unicodedata
from collections.abc import Callable

EMPTY = "product"
"""What is left of a handle without a single letter or digit, e.g. "%%%" (capture product-create-parity)."""

_DROPPED = re.compile(r"""['"’()\[\]]""")
_BETWEEN = re.compile(r"[\W_]+")
_COUNTED = re.compile(r"(.*-)(\d+)", re.DOTALL)


def normalised(text: str) -> str:
    """Lower case, accents off Latin letters, all else between letters and digits one hyphen; "" for blank text.

    "  Weird Handle / 100%  " -> "weird-handle-100" (captured). Letters of other scripts stay (inferred).
    """
    if not text.strip():
        return ""
    plain = text if text.isascii() else "".join(_plain(sign) for sign in text)
    return _BETWEEN.sub("-", _DROPPED.sub("", plain.lower())).strip("-") or EMPTY


def _plain(sign: str) -> str:
    if sign == "ß":
        return "ss"
    base = unicodedata.normalize("NFKD", sign)[0]
    return base if base.isascii() else sign


def free_handle(wanted: str, taken: Callable[[str], object]) -> str:
    """`wanted`, or with a number behind it: "potion" -> "potion-1" -> "potion-2".

    A number that stands there already is counted up, however long: "…-1784466577198" -> "…-1784466577199"
    (capture product-set-parity).
    """
    if not taken(wanted):
        return wanted
    counted = _COUNTED.fullmatch(wanted)
    stem, number = (counted[1], int(counted[2])) if counted else (f"{wanted}-", 0)
    while taken(f"{stem}{number + 1}"):
        number += 1
    return f"{stem}{number + 1}"
