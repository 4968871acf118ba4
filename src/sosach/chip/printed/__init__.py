"""The printed face of the card."""
