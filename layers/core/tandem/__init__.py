"""Tandem keeps a Shopify store and a HubSpot account in step."""
