"""What the benchmark of sending is made of: canned answers of AWS, a shop of any size, a bill, other ways."""
