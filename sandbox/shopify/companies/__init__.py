"""Companies with their contacts and locations."""
