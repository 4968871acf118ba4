"""Backups of the whole server, and their way back: verified, to a moment, compared with what they were made of."""
