"""The chain: one transport that trusts no answer, encrypted keys, a journal, a sender that pays once, a reader."""
