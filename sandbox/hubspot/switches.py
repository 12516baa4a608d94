"""What no HubSpot document states: each doubt a switch, with its default and the reason for it."""

from sandbox.switches import Switch

SWITCHES = (
    Switch(
        "archived_keeps_key",
        ("yes", "no"),
        "Does an archived record go on holding its unique values?",
        "It can be restored for 90 days, which only works if its values stay reserved (inferred).",
    ),
    Switch(
        "search_lag",
        ("0.5-5", "0", "0-30", "0-300"),
        "How many seconds (a range) until a write shows in search?",
        "Documented as a few moments or more; integrators saw seconds, outages minutes.",
    ),
    Switch(
        "unique_check",
        ("atomic", "racy"),
        "Is the check of a unique value atomic under concurrent writes?",
        "Integrators see whole-batch 409s from upsert when another writer makes the key: a conflict, no duplicate.",
    ),
    Switch(
        "upsert_fills_key",
        ("yes", "no"),
        "Does an upsert that creates fill the unique property from the input's id by itself?",
        "A record that could not be found by the key it was upserted with would make upsert useless (inferred).",
    ),
    Switch(
        "merged_id",
        ("new", "primary"),
        "Which id has the survivor of a merge?",
        "The changelog tells of a new id; accounts in the primary-id beta keep the first.",
    ),
    Switch(
        "first_company",
        ("primary", "plain"),
        "Is the first company linked to a record made its primary one by itself?",
        "HubSpot's pages do so, and a live import of deals did; for the API of orders it is inferred.",
    ),
    Switch(
        "second_parent",
        ("refused", "allowed"),
        "Can a line item be linked to a second order or cart?",
        "Documented is one parent for each line item, not what a second link answers.",
    ),
    Switch(
        "association_limit",
        ("50000", "500"),
        "How many records of one object can be linked to one record?",
        "Each account is told its own limits by the limits API; no number for orders is documented (inferred).",
    ),
    Switch(
        "property_lag",
        ("0-1", "0", "1"),
        "How many seconds (a range) until a new property takes values?",
        "Third parties saw 0.25 to 0.7 s live until it could be read; about 1 s is told.",
    ),
    Switch(
        "order_pipeline",
        ("default", "four-stage", "none"),
        "Which order pipeline does a fresh account have?",
        "Six unrelated accounts have the default five stages; older ones four; a developer test account listed none.",
    ),
    Switch(
        "rate_limit_body",
        ("errorType", "category"),
        "Does a 429 carry `errorType: RATE_LIMIT` or `category: RATE_LIMITS`?",
        "The documented body has errorType; some live answers had the category instead.",
    ),
    Switch(
        "retry_after_on_429",
        ("no", "yes"),
        "Does a 429 carry Retry-After?",
        "Not documented, and not in the bodies that integrators quote.",
    ),
    Switch(
        "search_negation_sees_empty",
        ("no", "yes"),
        "Do NEQ, NOT_IN and NOT_CONTAINS_TOKEN match records without a value?",
        "Integrators add NOT_HAS_PROPERTY in a group of its own to catch them (not documented).",
    ),
    Switch(
        "webhook_delay",
        ("1", "0", "0-60"),
        "How many seconds (a range) are events gathered before they leave in one batch?",
        "Documented is only that up to 100 come together; live ones arrive within seconds.",
    ),
    Switch(
        "webhook_signatures",
        ("v3+v1", "v3", "v3+v2"),
        "Which signatures does a webhook of a project app carry?",
        "v3 is documented; v1 seems to come along for CRM events.",
    ),
    Switch(
        "webhook_retries_4xx",
        ("yes", "no"),
        "Is a webhook answered with 4xx sent again?",
        "The documents list 4xx among the failures that are retried; some receivers report otherwise.",
    ),
    Switch(
        "webhook_type_key",
        ("subscriptionType", "eventType"),
        "Under which key does an event name its type?",
        "Most recorded events have subscriptionType, some eventType.",
    ),
    Switch(
        "webhook_value_limit",
        ("1000", "100", "none"),
        "After how many characters is propertyValue cut?",
        "Known is only that long values arrive cut.",
    ),
)
