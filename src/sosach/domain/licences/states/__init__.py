"""What a licence is, as a pure function of what happened to it, and which procedures its state allows."""
