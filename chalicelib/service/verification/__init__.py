"""A generation made again, piece by piece, and compared with what is stored."""
