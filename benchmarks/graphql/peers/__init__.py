"""Servers of others over the same data."""
