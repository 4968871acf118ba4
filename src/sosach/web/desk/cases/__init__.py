"""A case on one screen: what is proposed, what it rests on, and what an officer may answer."""
