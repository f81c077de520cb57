"""The exhibits a step can show, by id. They are written in :mod:`strategy.exhibits`; their names stand here because loading a
method is no reason to load them all. A test holds the two against each other."""

EXHIBITS = frozenset({
    "customer_roster", "criteria_weights", "customer_weights", "thirty_second", "orientation_radar", "relationship_balance",
    "maturity", "segment_map", "value_treemap", "lorenz", "rfm_grid", "abc_grades", "whale_curve", "cluster_choice",
    "cluster_profiles", "segmentation_comparison", "portfolio", "segment_tests", "choice_robustness", "ge_matrix",
    "best_worst_ranking", "delivered_value", "kano_split", "perception_gap", "importance_performance", "need_gaps",
    "brand_profile", "parity_difference", "perceptual_map", "positioning_variants", "strategy_canvas", "value_map",
    "coverage", "price_corridor", "budget_split", "budget_by_instrument", "funnel", "engines", "opportunity_gap",
    "acquisition_matrix", "acquisition_economics", "cohort_retention", "movement", "contact_calendar",
    "relationship_quality", "loyalty_matrix", "satisfaction_loyalty", "grade_pyramid", "lifecycle", "model_fit",
    "model_tracking", "retention_curve", "expected_purchases", "alive_or_silent", "customer_value", "complaints",
    "complaints_and_leaving", "leaving_causes", "win_back_return", "at_risk", "value_risk", "rollout_plan",
    "vendor_scorecard", "ownership_cost", "capability_map", "ten_c", "thirty_second_change", "insight_pipeline",
    "execution_calendar", "kpi_scorecard", "deviations",
})  # fmt: skip
