"""What no Shopify document states: each doubt a switch, with its default and the reason for it."""

from sandbox.switches import Switch

SWITCHES = (
    Switch(
        "search_lag",
        ("1-20", "0", "0-60"),
        "How many seconds (a range) until a write shows in a search with `query:`?",
        "No bound is stated; those who record real answers wait 12 to 60 s.",
    ),
    Switch(
        "customer_updated_at",
        ("day", "instant"),
        "Does the customers filter updated_at compare whole days or instants?",
        "The schema says it matches a day; nobody has tested it live.",
    ),
)
