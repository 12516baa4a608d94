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
    Switch(
        "bulk_order",
        ("parents first", "shuffled"),
        "In ungrouped bulk output, do a page's children follow all of its parents, or lie anywhere among them?",
        "Documented is only that children need not follow their parent.",
    ),
    Switch(
        "bulk_snapshot",
        ("start", "end"),
        "Which state of the data does a bulk operation show, that at its start or at its end?",
        "Not stated; a real run reads while it lasts, so either may be seen.",
    ),
    Switch(
        "client_credentials_again",
        ("old lives", "old dies"),
        "Does a second client credentials grant end the tokens of the first?",
        "Shopify documents only that each lives 24 hours; parallel callers are commonly seen to work.",
    ),
    Switch(
        "secret_lag",
        ("3600", "0"),
        "How many seconds after a client secret is revoked does it still sign webhooks?",
        "Documented as up to an hour.",
    ),
    Switch(
        "subscription_without_scope",
        ("refused", "silent"),
        "Is a subscription to a topic refused whose scope the app lacks, or made and never served?",
        "REST names the missing scope in its refusal; the same for GraphQL is not documented.",
    ),
    Switch(
        "webhook_id_over_retries",
        ("same", "new"),
        "Does a retry carry the X-Shopify-Webhook-Id of the first attempt?",
        "Not stated; those who drop duplicates by it rely on it.",
    ),
    Switch(
        "webhook_merge_window",
        ("5", "0", "60"),
        "For how many seconds are equal bodies of a subscription with includeFields merged into one?",
        "Documented as a short time, without a number.",
    ),
    Switch(
        "customers_update_topic",
        ("any", "own fields"),
        "Does customers/update also fire when only tags, consent or metafields of a customer change?",
        "It is documented for any update; but its body shows none of these, and tags and consent have own topics.",
    ),
    Switch(
        "metafield_moves_owner",
        ("yes", "no"),
        "Does a metafield of a customer, company or location move its owner's updatedAt and fire the update topic?",
        "Seen for products; the other answer is the milder one for a sync that writes metafields.",
    ),
    Switch(
        "order_moves_customer",
        ("yes", "no"),
        "Does a new order move its customer's updatedAt?",
        "Counters are columns of the customer in older bodies; they have since moved to a topic of their own.",
    ),
    Switch(
        "order_history_lag",
        ("60", "0", "3600"),
        "How many seconds after its last order was deleted can a customer or a company still not be deleted?",
        "Recorded answers show the refusal right after the deletion; how long it lasts is not known.",
    ),
    Switch(
        "merge_seconds",
        ("2", "0", "60"),
        "How many seconds does a merge of customers stay IN_PROGRESS?",
        "Recorded: not done in the answer, done at the second look a moment later; the lost id is gone at once.",
    ),
    Switch(
        "merge_topics",
        ("merge", "merge and delete"),
        "Does a merge also fire customers/delete for the customer that is lost?",
        "Only customers/merge is documented for it.",
    ),
    Switch(
        "merge_count_lag",
        ("30", "0"),
        "How many seconds after a merge does numberOfOrders of the survivor still leave out the other's orders?",
        "Recorded answers show it late; no bound is known.",
    ),
    Switch(
        "locations_extra_page",
        ("yes", "no"),
        "Does a later page of companyLocations say hasNextPage although nothing follows?",
        "Seen once in a recorded answer.",
    ),
    Switch(
        "products_default_status",
        ("all", "active"),
        "Which products are listed when the query names no status?",
        "The schema's table of filters gives `active` as the default; integrators get drafts and archived ones too.",
    ),
    Switch(
        "total_inventory_lag",
        ("5", "0"),
        "How many seconds does totalInventory stay behind the variants' own quantities?",
        "Recorded: old right after a change, right 5 s later.",
    ),
    Switch(
        "new_variant_tracked",
        ("yes", "no"),
        "Is a variant's stock tracked when productVariantsBulkCreate or productSet do not say?",
        "The one recorded variant is tracked, but its input was not recorded.",
    ),
    Switch(
        "product_set_variant_match",
        ("options", "id"),
        "Does productSet take a variant without id for the old one with the same option values?",
        "The schema only says that a variant is updated by id and created if absent.",
    ),
    Switch(
        "deleted_product_variants",
        ("silent", "events"),
        "Does deleting a product also write a destroy event for each of its variants?",
        "Events name PRODUCT_VARIANT as a subject; whether they go with the product is not said.",
    ),
)
