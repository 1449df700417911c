"""Files that a visitor uploads: what can be used is taken in, and what cannot changes nothing."""

from collections.abc import Callable, Sequence

import streamlit as st

from gmmlab.ui.shell.words import plain


def upload(
    label: str,
    types: Sequence[str],
    key: str,
    help: str,
    take: Callable[[str, bytes], None],
    refused: type[Exception],
    *,
    still: str,
) -> None:
    """Draw an upload whose name and bytes go to `take`.

    What `take` raises of the kind `refused` is one sentence, and shown with `still`, a word on what
    is there all the same; it stays until another file comes.
    """

    def receive() -> None:
        forget_refusal(key)
        if (file := st.session_state[key]) is None:
            return
        try:
            take(file.name, file.getvalue())
        except refused as problem:
            st.session_state[_refusal(key)] = str(problem)

    st.file_uploader(label, type=list(types), key=key, help=help, on_change=receive)
    if problem := st.session_state.get(_refusal(key)):
        st.error(f"{plain(problem)} {still}")


def forget_refusal(key: str) -> None:
    """Say no more why the last file of this upload was refused."""
    st.session_state.pop(_refusal(key), None)


def _refusal(key: str) -> str:
    return f"{key}: why the last file was refused"
