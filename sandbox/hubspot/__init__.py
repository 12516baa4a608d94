"""HubSpot, simulated: the CRM API of one account, its webhooks, its limits."""
