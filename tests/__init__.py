"""The tests. They mirror the folders of the code."""
