"""Migrations of the case register's own database."""
