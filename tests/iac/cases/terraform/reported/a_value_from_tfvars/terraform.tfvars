who = "ops"
