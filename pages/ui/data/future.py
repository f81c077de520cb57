"""What customers are expected to bring, who is still one, and whether the models that say so can be believed."""

from __future__ import annotations

import streamlit as st

from pages.ui import exhibits, state
from pages.ui.text import t


def show() -> None:
    """Value and expected purchases first, the check of the model right below it, then silence and retention."""
    if not state.snapshot().data_version:
        st.info(t("Import purchases first; what customers will buy is estimated from them."), icon=":material/database:")
        return
    st.caption(
        t(
            "Estimates from models of repeat buying. Each says below its chart when not to believe it; look at the model after the fit first."
        )
    )
    exhibits.show_exhibit("customer_value", "future.")
    exhibits.show_exhibit("expected_purchases", "future.")
    exhibits.show_exhibit("model_tracking", "future.")
    exhibits.show_exhibit("alive_or_silent", "future.")
    exhibits.show_exhibit("retention_curve", "future.")
    exhibits.show_exhibit("model_fit", "future.")
