"""Who owns a cost record: hierarchy, catalog, rules, and their evaluation. Pure: no input or output, no clock."""
