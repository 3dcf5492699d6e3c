"""What Rasa calls: one module per thing a citizen asks."""
