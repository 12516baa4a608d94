"""Tandem's state in one DynamoDB table. docs/data-model.md lists its items and how each is reached."""
