"""Many facts documents, one a host: blocks of lines go to workers, equal facts are reasoned about
once, every line becomes one record, and all of them add up to one tally."""
