"""What every directory shares: a sheet, who keeps and reads it, its list, contacts, import, duplicates, journal."""
