"""The engine: lanes are drained, records planned and written, through ports alone."""
