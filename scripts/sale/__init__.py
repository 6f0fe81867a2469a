"""The token sale, from its parameters to its report. Run each step by ``brownie run sale/<step>``."""
