"""A room in which a class answers together: phones come by its code, its lecturer by a key."""

import streamlit as st

from gmmlab.ui.parts.room import lead, phone
from gmmlab.ui.shell.rooms import now, rooms

code, key = st.query_params.get("code", ""), st.query_params.get("lead", "")
if key and rooms().leads(code, key, now()):
    lead.room(code, key)
else:
    phone.room(code)
