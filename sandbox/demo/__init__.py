"""A day in a shop, shown: the local cloud, both vendors, Tandem between them, and an oracle that checks it."""
