"""Measurements; never asserted as seconds in a test."""
