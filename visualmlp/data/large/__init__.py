"""Data larger than memory: mapped, read ahead, converted batch by batch."""
