"""What goes back into the case: drafted, signed by somebody, and kept until the case system has it."""
