"""web dies at every step of the way to a human, and nothing is lost or doubled."""
