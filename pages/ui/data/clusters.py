"""Clusters of customers: features and number chosen, profiles seen, names given, then adopted."""

from __future__ import annotations

import streamlit as st

from pages.ui import exhibits, state
from pages.ui.data import grouping
from pages.ui.text import s, t
from strategy.customers.clusters import DEFAULT_FEATURES, FEATURES, MOST_CLUSTERS, clusters
from strategy.customers.finding import Found, Written


def show() -> None:
    if not grouping.has_data():
        return
    key = "clusters.features"
    state.bind_once(key, list(DEFAULT_FEATURES))
    state.bind_once("clusters.k", 0)
    state.bind_once("clusters.method", "kmeans")
    features = st.multiselect(t("What customers are compared by"), list(FEATURES), format_func=lambda x: s(FEATURES[x]), key=key)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        k = st.selectbox(
            t("Clusters"),
            [0, *range(2, MOST_CLUSTERS + 1)],
            format_func=lambda x: t("as suggested") if x == 0 else str(x),
            key="clusters.k",
            width=180,
        )
        titles = {"kmeans": t("k-means"), "mixture": t("Gaussian mixture (diagonal)")}
        method = st.selectbox(t("Method"), list(titles), format_func=lambda x: titles[x], key="clusters.method", width=240)
    if not features:
        st.info(t("Choose at least one feature."), icon=":material/tune:")
        return
    given = {"features": ",".join(features), "method": method}
    with st.spinner(t("Comparing customers …")):
        chosen = exhibits.show_given("cluster_choice", "data.", given)
    if chosen is None:
        return
    number = k or int(chosen.figures["suggested"])
    exhibits.show_given("cluster_profiles", "data.", given | {"k": number})
    cursor = state.workbook().cursor()
    found = grouping.cached(
        f"clusters.{given}.{number}",
        lambda: clusters(cursor, features, number, "mixture" if method == "mixture" else "kmeans").clusters,
    )
    if found is None:
        return
    st.caption(t("Give each cluster the name the room would use, then adopt them."))
    names = grouping.table(found, f"clusters.table.{hash(str(given))}.{number}.{state.language()}", editable_names=True) or []
    own = [
        Found(group.id, Written(name) if name and name != s(group.name) else group.name, group.rule, group.customers, group.revenue)
        for group, name in zip(found, names, strict=True)
    ]
    grouping.adopt_button(lambda: own, "adopt_clusters")
