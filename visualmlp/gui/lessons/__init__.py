"""Lessons in the window: their text, what its links do, the start page, missing data."""
