"""The pure formats: bytes or text in, values out, and back."""
