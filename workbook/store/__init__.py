"""The SQLite database: every statement of SQL is here."""
