"""The whole service on one machine. No handler imports it."""
