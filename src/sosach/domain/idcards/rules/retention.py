"""How long captures are kept that lead to no card. The law names no times: these are the platform's own, the shortest that serve.

Legal source: Law 91/2025/QH15 (personal data are erased when their purpose is over).
"""

from datetime import timedelta

from sosach.domain.idcards.rules.endings import REVIVABLE

# A capture takes minutes; one that was not finished the day it began is begun anew.
UNFINISHED = timedelta(days=1)
# What was captured for an application that lapsed: as long as it may go on. One refused or withdrawn while two people judged
# whose pictures they are: no longer either; what they judged to be another record's is evidence, and kept.
CLOSED_WITHOUT_CARD = REVIVABLE
