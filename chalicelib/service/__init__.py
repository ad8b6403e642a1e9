"""What one request or one message makes happen, through ports."""
