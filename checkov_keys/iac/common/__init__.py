"""What every reader of templates shares: declared keys, conditions, a view of the graph, the frameworks."""
