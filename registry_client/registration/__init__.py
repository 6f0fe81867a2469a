"""Registering works and asking who owns them."""
