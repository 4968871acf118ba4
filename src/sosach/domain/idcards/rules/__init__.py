"""Pure rules of ID cards: who is entitled to which card until when, clocks, counts that must add up."""
