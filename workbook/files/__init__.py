"""A file replaced in one step, and who else may use it; waiting for a lock."""
