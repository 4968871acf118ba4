"""States of applications, blanks, jobs and cards, and the steps between them."""
