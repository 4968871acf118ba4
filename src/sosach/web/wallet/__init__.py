"""Digital credentials to the citizen's wallet: OpenID for Verifiable Credential Issuance 1.0, pre-authorized code.

The citizen makes an offer on the own page (`portal.twins`); the wallet redeems it at `door`, proves its key and is given the
credential at `credentials`. `metadata` says what there is, `statuses` what holds.
"""
