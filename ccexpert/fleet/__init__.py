"""Diagnoses many facts documents, one per host: workers take blocks of lines, equal facts are
reasoned about once, every line becomes one record, and all records add up to one tally."""
