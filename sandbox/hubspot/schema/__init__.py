"""Properties, groups and pipelines: what a fresh account has, and how they change."""
