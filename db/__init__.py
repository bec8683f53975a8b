"""Where papers and promises stay: schema, migrations, papers, search, ledger. Rows never leave it."""
