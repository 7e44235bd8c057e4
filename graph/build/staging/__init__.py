"""What long sources say, on its way into a graph: gathered on disk, put together, and handed over whole."""
