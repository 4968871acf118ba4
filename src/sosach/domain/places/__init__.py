"""Administrative units over time and what became of them."""
