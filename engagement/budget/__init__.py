"""The budget: lines, scenarios, balance, conventions, versions."""
