"""Other systems: the other level, partners, published standards. Thin: what they may have is decided in `domain/exchange`."""
