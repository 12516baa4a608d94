"""Bulk operations and their files."""
