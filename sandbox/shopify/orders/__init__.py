"""Orders: placed, paid, edited, refunded, cancelled; every sum and status worked out."""
