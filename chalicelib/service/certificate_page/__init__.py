"""The certificate for people: its words, its tables, its page."""
