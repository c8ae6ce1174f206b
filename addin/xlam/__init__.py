"""The add-in file: its sources and the builder that makes it."""
