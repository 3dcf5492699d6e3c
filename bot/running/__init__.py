"""One command starts everything: the parts as processes, trained model, first data."""
