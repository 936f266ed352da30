"""The workbench on the host: the `doorlens` command line and what it stands on."""
