"""The files of the chip, one module each, and the card they make together."""
