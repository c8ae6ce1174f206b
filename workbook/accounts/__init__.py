"""Which account is meant, the settings, and where each token is kept."""
