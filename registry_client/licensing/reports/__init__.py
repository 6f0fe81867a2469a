"""Sales reports: from an agency's file of sales to a root on chain, sealed rows for the owners, and proofs."""
