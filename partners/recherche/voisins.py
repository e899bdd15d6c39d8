"""Which départements touch which, on the mainland and in Corsica (overseas ones have no neighbour)."""

from __future__ import annotations

from functools import cache

#: Each pair once: a département, then those of a greater code that share a border with it.
_BORDERS = """
01 38 39 69 71 73 74
02 08 51 59 60 77 80
03 18 23 42 58 63 71
04 05 06 13 83 84
05 26 38 73
06 83
07 26 30 38 42 43 48 84
08 51 55
09 11 31 66
10 21 51 52 77 89
11 31 34 66 81
12 15 30 34 46 48 81 82
13 30 83 84
14 27 50 61 76
15 19 43 46 48 63
16 17 24 79 86 87
17 24 33 79 85
18 23 36 41 45 58
19 23 24 46 63 87
21 39 52 58 70 71 89
22 29 35 56
23 36 63 87
24 33 46 47 87
25 39 70 90
26 38 84
27 28 60 61 76 78 95
28 41 45 61 72 78 91
29 56
2A 2B
30 34 48 84
31 32 65 81 82
32 40 47 64 65 82
33 40 47
34 81
35 44 49 50 53 56
36 37 41 86 87
37 41 49 72 86
38 42 69 73
39 70 71
40 47 64
41 45 72
42 43 63 69 71
43 48 63
44 49 56 85
45 58 77 89 91
46 47 82
47 82
49 53 72 79 85 86
50 53 61
51 52 55 77
52 55 70 88
53 61 72
54 55 57 67 88
55 88
57 67
58 71 89
59 62 80
60 76 77 80 95
61 72
62 80
64 65
67 68 88
68 88 90
69 71
70 88 90
73 74
75 92 93 94
76 80
77 89 91 93 94 95
78 91 92 95
79 85 86
81 82
83 84
86 87
88 90
91 92 94
92 93 94 95
93 94 95
"""


@cache
def _neighbours() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _BORDERS.split("\n"):
        codes = line.split()
        for other in codes[1:]:
            found.setdefault(codes[0], set()).add(other)
            found.setdefault(other, set()).add(codes[0])
    return {code: frozenset(others) for code, others in found.items()}


def voisins(code: str) -> frozenset[str]:
    """The codes of the départements that share a border with ``code`` (COG codes; none overseas)."""
    return _neighbours().get(code, frozenset())
