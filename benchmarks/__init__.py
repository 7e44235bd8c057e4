"""Measurements, each run with one command; see README.md beside this file."""
