"""New samples for a trained network."""
