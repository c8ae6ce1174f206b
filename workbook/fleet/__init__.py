"""One run on several processes or machines: shards of the accounts, worked on through Dask."""
