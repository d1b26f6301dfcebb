"""Programs that measure, one file a question. Their tables are kept in docs/."""
