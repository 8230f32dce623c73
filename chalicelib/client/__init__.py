"""How programs outside of AWS speak to a stack: its address and key, `/v1`, uploads."""
