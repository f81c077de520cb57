"""Addresses of databases that cannot be read: said, and not told."""

from __future__ import annotations

import pytest

from strategy.customers.connections import in_words


@pytest.mark.parametrize("password", ["p@ss/Geheim", "ab?Geheim", "ab#Geheim", "1/2"])
def test_a_password_that_is_not_encoded_is_said_and_no_piece_of_it_is_told(password: str) -> None:
    """A driver takes what stands before the first mark for the host, and says so."""
    host = password.rpartition("@")[2][:2]
    error = OSError(f"failed to resolve host '{host}': [Errno -2] Name or service not known")
    said = str(in_words(error, "shop", f"postgresql://ada:{password}@db.example.org/shop", opening=True))
    assert "percent-encoded" in said
    assert f"'{host}'" not in said


def test_an_address_that_can_be_read_is_not_blamed() -> None:
    for url in ("postgresql://ada:p%40ss@db.example.org/shop?sslmode=require", "duckdb:///home/a@b/company.duckdb"):
        assert "percent-encoded" not in str(in_words(OSError("Connection refused"), "shop", url, opening=True))
