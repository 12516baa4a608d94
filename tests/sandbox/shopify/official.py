"""Shopify's own schema of 2026-10, as its introspection gives it."""

import gzip
import json
from functools import cache
from pathlib import Path

from graphql import GraphQLSchema, build_client_schema


@cache
def official(shared: Path) -> GraphQLSchema:
    """Not validated: the original deprecates fields that its interfaces keep."""
    raw = json.loads(gzip.decompress((shared / "specs/shopify/admin_2026-10.json.gz").read_bytes()))
    return build_client_schema(raw["data"], assume_valid=True)
