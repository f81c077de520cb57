"""The parts of the customer data page."""
