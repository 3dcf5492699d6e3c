"""A citizen's case, and the port through which any case system is asked."""
