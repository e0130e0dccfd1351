"""Tables of any kind: text, Parquet, workbooks."""
