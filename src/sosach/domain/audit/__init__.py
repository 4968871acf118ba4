"""Who did what and who looked at whom: written in the same transaction, sealed, verifiable."""
