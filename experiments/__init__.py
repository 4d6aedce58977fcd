"""Who gets which treatment, and what the treatments are worth."""
