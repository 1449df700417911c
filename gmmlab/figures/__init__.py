"""Pictures: study results go in, plotly figures come out. No fitting, no streamlit."""
