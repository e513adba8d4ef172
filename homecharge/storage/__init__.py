"""The only SQL: models, queries, units of work, claims and migrations."""
