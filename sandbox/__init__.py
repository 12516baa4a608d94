"""Local simulators of Shopify and HubSpot: stateful, seeded, never deployed."""
