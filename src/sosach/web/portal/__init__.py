"""Citizens: their data, declarations, messages."""
