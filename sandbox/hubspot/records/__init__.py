"""Records over the API: what may be written, what is kept, how it is shown."""
