"""What makes the assets and pictures."""
