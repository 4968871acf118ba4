"""Digital credentials beside the card."""
