"""What is done in campaigns: opened, filled, split, visited, counted."""
