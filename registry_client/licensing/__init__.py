"""Licences as a business: mandates, grants, vouchers and sales reports. Reads and sends through Protocols."""
