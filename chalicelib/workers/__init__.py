"""What each event function runs: plain functions on plain dicts."""
