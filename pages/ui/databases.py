"""The company's databases this server may ask."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from strategy.customers import from_environment


def connections() -> dict[str, str]:
    """Name -> address of the databases this server may ask: from the environment and Streamlit's secrets. Never shown or stored."""
    known = from_environment()
    if st.secrets.load_if_toml_exists():
        for name, entry in st.secrets.get("connections", {}).items():
            if isinstance(entry, Mapping) and entry.get("url"):
                known[str(name)] = str(entry["url"])
    return known
