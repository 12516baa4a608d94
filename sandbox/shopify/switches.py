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
    Switch(
        "search_day",
        ("whole", "midnight"),
        "Does a date without time in a search stand for the whole day, or for its first moment?",
        "The index is Elasticsearch-like, which rounds upper bounds up; equality by date is widely used.",
    ),
    Switch(
        "paging_ceiling",
        ("25000", "none"),
        "What comes after 25,000 objects of one listing: nothing, without a word, or the rest?",
        "The limit is documented, its form is not; third parties see lists end there silently.",
    ),
)
