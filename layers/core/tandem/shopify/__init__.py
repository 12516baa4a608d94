"""The Shopify side: tokens, the GraphQL client, webhooks."""
