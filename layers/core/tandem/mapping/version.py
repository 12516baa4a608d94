"""The version of the mapping: part of every record's digest, so that a new mapping rewrites what an old one wrote."""

MAPPING_VERSION = "1"
"""Raise it with any change of what would be written; a test holds the tables to it."""
