"""How well entities that are one are found, on labelled names."""
