"""Large graphs of our own model into an empty store: loaded by the store's bulk loader, checked by the column."""
