"""Deployment, development and measurement scripts."""
