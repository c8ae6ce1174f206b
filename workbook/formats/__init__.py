"""File formats: rows in, bytes out; none of them opens a file."""
