"""The whole round in processes of its own: pages in, digests out."""
