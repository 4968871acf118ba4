"""What goes to a personalisation machine and comes back, and a machine that is simulated."""
