"""Habitué: keeps regular customers coming back."""
