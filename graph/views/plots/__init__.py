"""Figures for articles and notebooks, drawn with matplotlib: good as they come, and every part still to be changed."""
