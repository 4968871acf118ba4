"""Keys that sign and keys that wrap: in software or in a token they never leave."""
