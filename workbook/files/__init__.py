"""A file replaced in one step, and waiting for a lock."""
