"""Who may do what: roles, tokens and limits. Imports nothing of the project."""
