"""What is sent of an order, and its way to the door."""
