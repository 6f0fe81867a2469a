"""Was this use licensed? What the chain and what the asker knows say of it. Specification, Use checks."""
