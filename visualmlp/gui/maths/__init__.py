"""A step of training taken apart: its phases, their arrays and sums, and one weight's way."""
