"""One file per outside thing; nothing of its errors gets out."""
