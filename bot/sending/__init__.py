"""What leaves the house by mail and text message: an outbox that loses nothing, and those who empty it."""
