"""Migrations of web's own database."""
