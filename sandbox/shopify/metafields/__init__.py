"""Metafields and tags, for whatever has them."""
