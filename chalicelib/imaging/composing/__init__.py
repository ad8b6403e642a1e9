"""The cloth looked up through a placement map, and lit."""
