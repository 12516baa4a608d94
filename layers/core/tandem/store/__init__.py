"""State in DynamoDB. The only place, beside the runtime, that knows of AWS."""
