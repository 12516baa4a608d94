"""Webhook bodies, shaped as Shopify's REST resources; one file a domain."""
