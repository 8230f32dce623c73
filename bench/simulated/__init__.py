"""An account of SES, its senders and its queues in simulated time: what the benchmark of the pace is made of."""
