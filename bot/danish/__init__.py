"""The Danish language in plain Python: spelling, everyday words, times, names."""
