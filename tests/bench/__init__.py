"""The measures of docs/benchmarks.md, and what the tests of quality share with them."""
