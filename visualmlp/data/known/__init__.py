"""Data sets that can be downloaded, and how they are fetched and kept."""
