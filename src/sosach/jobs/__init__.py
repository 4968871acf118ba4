"""Background and scheduled work: thin, idempotent, ids only in arguments."""
