"""The municipality's own facts, from `data/kommune.yml`, and its opening hours."""
