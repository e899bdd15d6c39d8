"""The diagnostic partagé of a structure: written by rubric, shared, validated by the structure (002, thème 2)."""
