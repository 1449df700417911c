"""Experiments that answer a question: settings and data go in, a frozen result comes out."""
