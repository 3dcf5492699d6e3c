"""Finds the cry for help in a message: read sentence by sentence, by what is known of danger and what was learned."""
