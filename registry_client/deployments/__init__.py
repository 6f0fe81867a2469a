"""Data that ships with the client."""
