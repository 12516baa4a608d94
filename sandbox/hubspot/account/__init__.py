"""The account and its apps: tokens, scopes, limits, settings."""
