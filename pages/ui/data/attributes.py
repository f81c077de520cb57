"""What is known about customers beyond their purchases: a file of attributes, looked at and then taken in."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.ui import boundary, off_the_page, state
from pages.ui.data import choose, moved, reading
from pages.ui.data.choose import Chosen
from pages.ui.text import s, safe, t
from strategy.customers import AttributeFile, propose
from strategy.customers.attribute_files import KIND_NAMES, Attributes
from strategy.errors import StrategyError
from strategy.language import msg
from strategy.spine import import_attributes


def show() -> None:
    with st.expander(t("Attributes of customers"), icon=":material/badge:"):
        st.caption(
            t("One row a customer, one column an attribute, such as region, age or trade. Segments can then be made by rules.")
        )
        files = choose.files(t("A file of attributes: CSV, Excel or Parquet"), "attributes")
        if not files:
            reading.drop(AttributeFile)
            off_the_page.are_away("attributes.")
            return
        found = _understood(files[0])
        if found is not None:
            _confirm(found)


def _understood(file: Chosen) -> Attributes | None:
    sheet = reading.choose_sheet(file, "attributes.sheet")
    try:
        seen = reading.look(file, sheet=sheet)
        key = f"attributes.customer.{hash(seen.columns)}"
        state.bind_once(key, propose(seen).customer or seen.columns[0])
        customer = st.selectbox(t("Column with the customer's id"), list(seen.columns), key=key)
        others = [heading for heading in seen.columns if heading != customer]
        chosen = st.multiselect(
            t("Attributes to take in"), others, default=others, key=f"attributes.columns.{hash(seen.columns)}.{customer}"
        )
    except StrategyError as error:
        boundary.show_error(error)
        return None
    found = reading.read(AttributeFile(file.path, file.name, customer or "", tuple(chosen), sheet))
    return found[0] if found else None


def _confirm(found: Attributes) -> None:
    st.markdown("\n".join(f"- {safe(s(sentence))}" for sentence in found.sentences()))
    table = [
        {
            t("Attribute"): attribute.name,
            t("Read as"): s(KIND_NAMES[attribute.kind]),
            t("Customers"): attribute.filled,
            t("Different values"): attribute.different,
            t("Examples"): " · ".join(attribute.samples),
        }
        for attribute in found.attributes
    ]
    st.dataframe(pd.DataFrame(table), hide_index=True, key="attributes_read", alt=t("Attributes as understood"))
    singled = [attribute.name for attribute in found.attributes if attribute.singles_out]
    if singled:
        st.warning(
            t(
                "{names} tell single customers apart. Names and addresses need not be in a plan: leave them out.",
                names=safe(", ".join(singled)),
            ),
            icon=":material/privacy_tip:",
        )
    st.button(
        t("Take in these attributes"),
        key="do_attributes",
        type="primary",
        icon=":material/download_done:",
        on_click=_import,
        args=(found,),
    )


def _import(found: Attributes) -> None:
    def work() -> bool:
        import_attributes(state.workbook(), found, state.author() or "?")
        return True

    if state.guarded(work):
        state.flash(msg("Attributes of {count:# customer|# customers} are in the workbook.", count=f"{found.customers:,}"))
        moved.say("attribute")
