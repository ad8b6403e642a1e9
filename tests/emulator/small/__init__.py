"""A small app with one of everything, and what the cloud declares for it."""
