"""Databases: engines, encryption of personal data at rest, migrations."""
