"""One expert over the network: HTTP, a page for people, and MCP for assistants.

Nothing is kept between requests: the facts and answers of a consultation come with each of them.
"""
