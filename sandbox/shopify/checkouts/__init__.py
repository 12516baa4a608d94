"""Checkouts, from the first click to abandoned or completed."""
