"""Errors of a GraphQL answer as Shopify, that is graphql-ruby, writes them."""

from collections.abc import Iterable, Sequence
from typing import Any

from graphql import GraphQLError, GraphQLSyntaxError, Node, Source, TokenKind, get_location
from graphql.language import Lexer, Token

Error = dict[str, Any]
Path = Sequence[str | int]

TOKEN_NAMES = {
    TokenKind.BANG: "BANG",
    TokenKind.DOLLAR: "VAR_SIGN",
    TokenKind.AMP: "AMP",
    TokenKind.PAREN_L: "LPAREN",
    TokenKind.PAREN_R: "RPAREN",
    TokenKind.SPREAD: "ELLIPSIS",
    TokenKind.COLON: "COLON",
    TokenKind.EQUALS: "EQUALS",
    TokenKind.AT: "DIR_SIGN",
    TokenKind.BRACKET_L: "LBRACKET",
    TokenKind.BRACKET_R: "RBRACKET",
    TokenKind.BRACE_L: "LCURLY",
    TokenKind.PIPE: "PIPE",
    TokenKind.BRACE_R: "RCURLY",
    TokenKind.NAME: "IDENTIFIER",
    TokenKind.INT: "INT",
    TokenKind.FLOAT: "FLOAT",
    TokenKind.STRING: "STRING",
    TokenKind.BLOCK_STRING: "STRING",
}


def locations(nodes: Iterable[Node]) -> list[dict[str, int]]:
    """Line and column, from 1, of each node."""
    found = []
    for node in nodes:
        if node.loc is not None:
            place = get_location(node.loc.source, node.loc.start)
            found.append({"line": place.line, "column": place.column})
    return found


def static_error(message: str, nodes: Iterable[Node], path: Path, code: str, **extensions: Any) -> Error:
    """A fault of the document itself (capture graphql-base-validation-unhappy-paths)."""
    return {
        "message": message,
        "locations": locations(nodes),
        "path": list(path),
        "extensions": {"code": code, **extensions},
    }


def variable_error(message: str, nodes: Iterable[Node], value: Any, problems: list[dict[str, Any]]) -> Error:
    """A fault of a variable's value: it has no path (same capture)."""
    extensions = {"code": "INVALID_VARIABLE", "value": value, "problems": problems}
    return {"message": message, "locations": locations(nodes), "extensions": extensions}


def parse_error(error: GraphQLSyntaxError) -> Error:
    """Where the text ends too early, the last token is named (same capture); other wordings are inferred."""
    assert error.source is not None
    assert error.positions is not None
    source, position = error.source, next(iter(error.positions))
    token = _token_at(source, position)
    if token is None:
        place = get_location(source, position)
        what = f'invalid token ("{source.body[position : position + 1]}")'
    elif token.kind == TokenKind.EOF:
        last = token.prev if token.prev is not None and token.prev.kind != TokenKind.SOF else token
        place = get_location(source, last.start)
        what = "end of file"
    else:
        place = get_location(source, token.start)
        what = f'{TOKEN_NAMES.get(token.kind, "IDENTIFIER")} ("{source.body[token.start : token.end]}")'
    return {
        "message": f"syntax error, unexpected {what} at [{place.line}, {place.column}]",
        "locations": [{"line": place.line, "column": place.column}],
        "extensions": {"code": "PARSE_ERROR"},
    }


def _token_at(source: Source, position: int) -> Token | None:
    """The token at a position; None where no token can begin."""
    lexer = Lexer(source)
    try:
        while lexer.token.start < position or lexer.token.kind == TokenKind.SOF:
            if lexer.token.kind == TokenKind.EOF:
                break
            lexer.advance()
    except GraphQLSyntaxError:
        return None
    return lexer.token


def execution_error(error: GraphQLError) -> Error:
    """A resolver's refusal: message, place, code, and the path in the answer (capture by-id-not-found-read)."""
    formatted: Error = {"message": error.message}
    if error.nodes:
        formatted["locations"] = locations(error.nodes[:1])
    formatted["extensions"] = dict(error.extensions or {})
    if error.path is not None:
        formatted["path"] = list(error.path)
    return formatted
