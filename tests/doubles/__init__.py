"""Strict stand-ins of the systems outside: real servers on loopback, for tests and for trying things out."""
