"""Knowledge cards as experta rules: compile them, run them on facts, say which held and why."""
