"""Small programs for working on the project; `make help` shows how they are called."""
