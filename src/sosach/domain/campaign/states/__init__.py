"""How campaigns and cases go from state to state, in plain Python."""
