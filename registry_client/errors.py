"""Every error the client raises, one tree.

RegistryError
├── ContractError               a contract said no (``name`` and ``arguments`` of the custom error)
├── ChainError
│   ├── ChainUnavailable        the node cannot be reached, stalls or answers nonsense
│   ├── ChainMismatch           another chain id than the network's
│   ├── ContractMissing         no code at the address
│   ├── FundsInsufficient       the account cannot pay
│   ├── FeeTooHigh              the node names a fee above the limit
│   └── TransactionFailed       mined and reverted, or lost
├── StoreError
│   ├── StoreUnavailable        the daemon cannot be reached
│   └── BlockMissing            nobody holds the block
├── ContentError
│   ├── CidInvalid              not a CID this client reads
│   ├── ContentMismatch         bytes do not hash to what they should
│   ├── ManifestInvalid         a manifest that is malformed or not its root's
│   ├── MetadataInvalid         a record too large or malformed
│   ├── ScopeInvalid            a medium, territory or time that is none, or out of range
│   ├── EndUserInvalid          neither a domain nor a party's name, or a URL that hides its host
│   ├── LicenceInvalid          a licence whose fields are missing or malformed
│   ├── SalesInvalid            a file of sales with errors (``errors``: line, column, what to do)
│   ├── ReportInvalid           a report whose parts are damaged, or are not what its agency put on chain
│   ├── SealedUnreadable        rows sealed to another key than the one given
│   ├── ImageUnreadable         not an image, or broken
│   └── ImageUnsupported        an image of a kind that is refused
├── SaleError
│   ├── AmountInvalid           not a decimal amount of ether
│   └── ApprovalInvalid         a file that holds no approval, or one of another sale or buyer
├── KeystoreError               no such key, wrong passphrase, bad key file
├── ConfigurationError          a network, folder or parameter is missing or wrong
└── JournalError                the journal cannot be used (locked, damaged)

"No" is a value; these say "could not ask" or "bad input". None of them says anything about ownership.
"""

from __future__ import annotations


class RegistryError(Exception):
    """Root of the tree. ``str(error)`` names the input and what to do."""


class ContractError(RegistryError):
    """A contract reverted; ``name`` is the custom error, ``data`` the raw bytes as 0x-hex."""

    def __init__(self, name: str, arguments: tuple[object, ...] = (), data: str = "0x") -> None:
        self.name, self.arguments, self.data = name, arguments, data
        super().__init__(f"the contract refused: {name}({', '.join(map(str, arguments))})")


class ChainError(RegistryError): ...


class ChainUnavailable(ChainError): ...


class ChainMismatch(ChainError): ...


class ContractMissing(ChainError): ...


class FundsInsufficient(ChainError): ...


class FeeTooHigh(ChainError): ...


class TransactionFailed(ChainError): ...


class StoreError(RegistryError): ...


class StoreUnavailable(StoreError): ...


class BlockMissing(StoreError): ...


class ContentError(RegistryError): ...


class CidInvalid(ContentError): ...


class ContentMismatch(ContentError): ...


class ManifestInvalid(ContentError): ...


class MetadataInvalid(ContentError): ...


class ScopeInvalid(ContentError): ...


class EndUserInvalid(ContentError): ...


class LicenceInvalid(ContentError): ...


class SalesInvalid(ContentError):
    """``errors`` the first of them, as text with line and column; ``total`` how many there are."""

    def __init__(self, message: str, errors: tuple[str, ...] = (), total: int = 0) -> None:
        self.errors, self.total = errors, total
        super().__init__(message)


class ReportInvalid(ContentError): ...


class SealedUnreadable(ContentError): ...


class ImageUnreadable(ContentError): ...


class ImageUnsupported(ContentError): ...


class SaleError(RegistryError): ...


class AmountInvalid(SaleError): ...


class ApprovalInvalid(SaleError): ...


class KeystoreError(RegistryError): ...


class ConfigurationError(RegistryError): ...


class JournalError(RegistryError): ...
