"""The HubSpot side: the client, its limits, the schema and pipelines."""
