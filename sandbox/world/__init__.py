"""A whole world in one process and virtual time: both vendors, the engine, its bells and its sweep."""
