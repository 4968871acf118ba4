"""What may happen in the factory of cards, each as often as it stands here, and what may be told again."""

ACTS = (
    *(["apply", "plan", "sign", "release", "report", "read_back", "close"] * 3),
    *(["dispatch", "arrive", "hand_over", "hand_over", "settle", "replay", "replay"] * 2),
    *(
        "deliver",
        "deliver",
        "move_blank",
        "cancel",
        "fail",
        "hold",
        "give_back",
        "complain",
        "find",
        "revoke",
        "recover",
    ),
    *(
        "list_destruction",
        "destroy",
        "time",
        "dies",
        "dies",
        "renumber",
        "tell",
        "hold",
        "give_back",
        "hold",
        "give_back",
    ),
)
# Told again, they change nothing, ever.
UNCHANGED = frozenset({"receive_blanks", "take_report", "dispatch", "see_destroyed", "close_job", "sign_job"})
IDEMPOTENT = UNCHANGED | {
    "arrive",
    "report",
    "end_cards",
    "restore_cards",
    "spoil_numbered",
    "release_job",
    "read_back",
    "hand_over",
    "expire_due",
}
