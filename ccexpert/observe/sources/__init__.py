"""The sources: one module for each output of the server or its host, and what they share."""
