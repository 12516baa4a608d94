"""What a Shopify field is called in HubSpot: tables, and the functions that walk them. No I/O."""
