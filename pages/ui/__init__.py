"""The only Streamlit code that pages share: state, forms, tables, exhibits, decisions, text."""
