"""Digital twins of the ID card and the driving licence: what they say, their two formats, the list of their states."""
