"""Pictures of a graph: nodes and lines that show themselves in a notebook, with or without a widget."""
