"""Whether a card is genuine: every rule by itself, and the verdict of them all."""
