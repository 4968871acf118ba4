"""Names of persons (họ, chữ đệm và tên) as they stand in registers: keys, reading, distance.

Structure: family name first (one word, rarely two), up to three middle words, given name last; one to six words. Civil Code art. 26:
only letters of Vietnamese or of another people of Viet Nam, no digits or signs. Minority names (K', H', Y, Ka …) are ordinary names.

The surnames in `vn/data/surnames.csv`, the minority name parts in `vn/data/minority_name_parts.csv` and the organisation words in
`vn/data/organisation_words.csv` are common knowledge collected for this project, not taken from any register; the shares in
`vn/data/surname_frequency.csv` are Lê Trung Hoa's (2005).
"""

from sosach.vn.names.distance import Level, difference, distance
from sosach.vn.names.explaining import explain
from sosach.vn.names.keys import Keys, keys
from sosach.vn.names.reading import NameReading

__all__ = ["Keys", "Level", "NameReading", "difference", "distance", "explain", "keys"]
