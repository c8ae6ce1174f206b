"""The use cases: fetch a list, believe it, keep it; history; who a person is; purge."""
