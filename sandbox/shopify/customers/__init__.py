"""Customers: rules, consent, addresses, merges."""
