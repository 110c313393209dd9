"""The rules: what each one is called, and its judgement over users and accounts; one module per rule."""
