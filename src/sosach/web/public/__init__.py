"""Pages for everybody, without signing in: open data of campaigns with small numbers protected; the check of plates and licences."""
