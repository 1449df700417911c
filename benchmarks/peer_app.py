"""The bare page as Streamlit alone would serve it: no scripts of ours, nothing preloaded."""

import streamlit as st

app = st.App("bare_page.py")
