"""From bytes that a stranger sent to pixels, and back."""
