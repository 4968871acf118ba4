"""Pages for everybody, without signing in: open data of campaigns, small numbers protected."""
