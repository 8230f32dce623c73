"""Templates, links, messages and SES behind their ports."""
