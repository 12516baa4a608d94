"""Products, variants, stock."""
