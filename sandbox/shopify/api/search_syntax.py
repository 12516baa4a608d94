"""Shopify's search syntax: terms, AND, OR, NOT, parentheses, quotes, comparators. Text in, tree out."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

DEFAULT = "default"
"""The field of a bare term."""

DEEPEST = 50
"""Levels of brackets and modifiers that are read; what lies deeper is left out."""

COMPARATORS = {">=": "gte", "<=": "lte", ">": "gt", "<": "lt", "": "eq"}


@dataclass(frozen=True, slots=True)
class Term:
    """`field:value`. `op` is one of eq, gt, gte, lt, lte; `quoted` values are phrases; `*` asks for any value."""

    field: str
    op: str
    value: str
    quoted: bool

    @property
    def exists(self) -> bool:
        return self.value == "*" and not self.quoted

    @property
    def prefix(self) -> str | None:
        """What the value must begin with, for `value*`."""
        return self.value[:-1] if len(self.value) > 1 and self.value.endswith("*") and not self.quoted else None

    def parsed(self) -> dict[str, Any]:
        if self.op != "eq":
            return {"field": self.field, "range": {self.op: self.value}}
        if self.exists:
            return {"field": self.field, "exists": True}
        if self.prefix is not None:
            return {"field": self.field, "prefix": self.prefix}
        return {"field": self.field, "match_phrase" if self.quoted else "match_all": self.value}


@dataclass(frozen=True, slots=True)
class Not:
    part: "Query"

    def parsed(self) -> dict[str, Any]:
        return {"not": self.part.parsed()}


@dataclass(frozen=True, slots=True)
class Both:
    """`word` is "and" or "or"."""

    word: str
    parts: tuple["Query", ...]

    def parsed(self) -> dict[str, Any]:
        return {self.word: [part.parsed() for part in self.parts]}


Query = Term | Not | Both

_LEXEMES = re.compile(
    r"""(?P<space>\s+)
      | (?P<open>\() | (?P<close>\))
      | (?P<minus>-(?=[^\s)]))
      | (?P<name>(?:\\.|[^\s:()"'<>\\])+) (?P<colon>:\s*) (?P<op>>=|<=|>|<|)
      | "(?P<double>(?:\\.|[^"\\])*)" | '(?P<single>(?:\\.|[^'\\])*)'
      | (?P<word>(?:\\.|[^\s:()"'\\])+)
      | (?P<stray>.)""",
    re.VERBOSE | re.DOTALL,
)


def _lexemes(text: str) -> list[tuple[str, str, str]]:
    """(kind, text, comparator). A colon after a value is stray and skipped: an unquoted time of day falls apart."""
    found = []
    after_field = False
    position = 0
    while match := _LEXEMES.match(text, position):
        position = match.end()
        kind = match.lastgroup or ""
        if after_field and kind == "op":  # what follows a comparator is a value, even if a colon comes next
            position = match.end("name")
            kind = "word"
        after_field = kind == "op"
        if kind == "op":
            found.append(("field", match["name"], match["op"]))
        elif kind in {"double", "single"}:
            found.append(("quoted", re.sub(r"\\(.)", r"\1", match[kind]), ""))
        elif kind == "word":
            word = match["name"] if match["name"] is not None else match["word"]
            found.append(("word", re.sub(r"\\(.)", r"\1", word), ""))
        elif kind in {"open", "close", "minus"}:
            found.append((kind, "", ""))
    return found


class _Parser:
    """Recursive descent; never fails: what cannot be read is left out, as Shopify does."""

    def __init__(self, text: str) -> None:
        self.lexemes = _lexemes(text)
        self.at = 0
        self.depth = 0

    def peek(self) -> tuple[str, str, str]:
        return self.lexemes[self.at] if self.at < len(self.lexemes) else ("end", "", "")

    def take(self) -> tuple[str, str, str]:
        lexeme = self.peek()
        self.at += 1
        return lexeme

    def either(self) -> Query | None:
        parts = [self.all()]
        while self.peek()[:2] == ("word", "OR"):
            self.take()
            parts.append(self.all())
        return _joined("or", parts)

    def all(self) -> Query | None:
        parts: list[Query | None] = []
        while self.peek()[0] not in {"end", "close"} and self.peek()[:2] != ("word", "OR"):
            if self.peek()[:2] == ("word", "AND"):
                self.take()
            else:
                parts.append(self.term())
        return _joined("and", parts)

    def term(self) -> Query | None:
        kind, text, comparator = self.take()
        if kind == "field":
            return self.value(text, COMPARATORS[comparator])
        if kind in {"minus", "open"} or (kind, text) == ("word", "NOT"):
            self.depth += 1
            inside = self.below(kind) if self.depth <= DEEPEST else None
            self.depth -= 1
            return inside
        return Term(DEFAULT, "eq", text, kind == "quoted")

    def below(self, kind: str) -> Query | None:
        """What a bracket holds or a modifier denies."""
        if kind == "open":
            inside = self.either()
            self.take()
            return inside
        part = None if self.peek()[0] in {"end", "close"} else self.term()
        return Not(part) if part is not None else None

    def value(self, field: str, op: str) -> Query | None:
        kind, text, _ = self.peek()
        if kind == "minus":
            self.take()
            kind, text, _ = self.peek()
            text = f"-{text}"
        if kind not in {"word", "quoted"}:
            return None
        self.take()
        return Term(field, op, text, kind == "quoted")


def _joined(word: str, parts: list[Query | None]) -> Query | None:
    kept = tuple(part for part in parts if part is not None)
    return Both(word, kept) if len(kept) > 1 else next(iter(kept), None)


@lru_cache(maxsize=4_096)
def parse(text: str) -> Query | None:
    """The tree of a query, or None for one without terms. AND binds before OR (inferred: the grammar is flat)."""
    parser = _Parser(text)
    parts = []
    while parser.peek()[0] != "end":
        parts.append(parser.either())
        if parser.peek()[0] == "close":  # one too many
            parser.take()
    return _joined("and", parts)
