"""The rules of the house, as tests. None of them knows an exemption."""
