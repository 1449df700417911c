"""The only package that knows streamlit: navigation, controls, charts and caching."""
