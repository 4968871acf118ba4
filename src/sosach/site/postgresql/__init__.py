"""Django's own way to PostgreSQL, but it notices by itself that a line is down."""
