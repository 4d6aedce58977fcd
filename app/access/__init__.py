"""Who may call what: keys, their scopes, and the gate that asks for them."""
