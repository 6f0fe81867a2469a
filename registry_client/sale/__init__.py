"""The token sale as a purchaser sees it: what an amount buys, buying once, claiming, refunds."""
