"""A declaration on one screen: the claim, its papers, the registers, and what an officer decides."""
