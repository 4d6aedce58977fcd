"""``segue``: every command of Segue under one name."""
