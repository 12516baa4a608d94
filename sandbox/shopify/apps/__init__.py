"""Apps of a store: credentials, installations, tokens, API versions."""
