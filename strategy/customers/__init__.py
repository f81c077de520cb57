"""Customers: import and cleaning of purchases, and analytics over them."""
