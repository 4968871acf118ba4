"""What the chip of an ID card holds, how it is signed, and how it is verified. Plain Python; no database, no screens."""
