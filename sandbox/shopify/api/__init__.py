"""The GraphQL endpoint: schema, validation, execution, cost, scopes, search and paging."""
