"""Shopify, simulated: the Admin GraphQL API of one store, its webhooks, its tokens."""
