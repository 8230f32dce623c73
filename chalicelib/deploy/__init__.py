"""Packaging the application and putting it into an account, on AWS or on this machine."""
