"""Webhooks: subscriptions, topics, deliveries."""
