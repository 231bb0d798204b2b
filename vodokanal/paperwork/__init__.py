"""Papers laid out by Typst: receipts, statements, certificates. Values in, PDF out."""
