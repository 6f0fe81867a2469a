// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @title Who may buy: the operators' list, signed approvals, blocked addresses
/// @notice Operators decide who buys. They have no power over what anybody has bought or is owed.
/// @dev Normative text: docs/specification.md, section 10. Times are Unix seconds, money is wei.
interface ISaleWhitelist {
    /// @notice What the sale knows of an address, in one slot.
    /// @param contribution wei accepted for it over all payments; zero after its refund
    /// @param tokens units it bought and has not claimed; zero after its refund
    /// @param nonce the one that its next approval must name
    /// @param whitelisted on the list: put there by an operator, or by an approval it used
    /// @param blocked may not buy, neither for itself nor for others
    struct Account {
        uint96 contribution;
        uint96 tokens;
        uint32 nonce;
        bool whitelisted;
        bool blocked;
    }

    /// @notice An operator's signature that puts a buyer on the list with its next purchase; an EIP-712 struct, its
    /// domain "TokenSale", version "1".
    /// @param buyer who may use it, buying for itself
    /// @param signer who signed: may whitelist by transaction when the approval is used
    /// @param nonce the buyer's at present; using the approval consumes it
    /// @param expiry first second at which it no longer holds, Unix seconds
    struct Approval {
        address buyer;
        address signer;
        uint256 nonce;
        uint256 expiry;
    }

    /// @notice An operator put an address on the list.
    event AccountWhitelisted(address indexed account, address indexed operator);

    /// @notice An operator took an address off the list.
    event AccountDelisted(address indexed account, address indexed operator);

    /// @notice An operator stopped an address from buying.
    event AccountBlocked(address indexed account, address indexed operator);

    /// @notice An operator let an address buy again.
    event AccountUnblocked(address indexed account, address indexed operator);

    /// @notice An approval was used; its buyer is on the list.
    event ApprovalUsed(address indexed buyer, address indexed signer, uint256 nonce);

    /// @notice An operator made an address's approvals void; its next must name `nonce`.
    event ApprovalsCancelled(address indexed account, address indexed operator, uint256 nonce);

    /// @notice An operator stopped this address from buying.
    error SaleBlockedAccount(address account);

    /// @notice The round is for listed buyers, or for approved ones, and this one is not.
    error SaleUnlistedBuyer(address buyer);

    /// @notice The approval is another's; only its buyer can use it.
    error SaleWrongBuyer(address buyer, address sender);

    /// @notice The approval's time is over.
    error SaleExpiredApproval(uint256 expiry);

    /// @notice The approval was used or cancelled, or is not yet the next one.
    error SaleWrongNonce(uint256 nonce, uint256 expected);

    /// @notice The signer may not whitelist, so it may not approve.
    error SaleUnauthorizedSigner(address signer);

    /// @notice The signer did not sign this.
    error SaleInvalidSignature(address signer);

    /// @notice Puts addresses on the list, or takes them off. Those that are as wanted already are passed over.
    /// @dev Emits AccountWhitelisted or AccountDelisted for each changed. Who bought keeps what it bought. Taking an
    /// address off voids its approvals too. Requirements: the role OPERATOR (AccessManagedUnauthorized).
    ///
    /// Warning: an address that is not on the list and holds an approval is stopped by cancelApprovals or setBlocked.
    /// @param accounts the addresses
    /// @param whitelisted on the list or off
    function setWhitelisted(address[] calldata accounts, bool whitelisted) external;

    /// @notice Stops addresses from buying, or lets them again. Those that are as wanted already are passed over.
    /// @dev Emits AccountBlocked or AccountUnblocked for each changed. What an address is owed it can claim, refund and
    /// withdraw all the same. Requirements: the role OPERATOR (AccessManagedUnauthorized).
    /// @param accounts the addresses
    /// @param blocked stopped or not
    function setBlocked(address[] calldata accounts, bool blocked) external;

    /// @notice Makes every approval that names the present nonces of these addresses void.
    /// @dev Emits ApprovalsCancelled for each. Requirements: the role OPERATOR (AccessManagedUnauthorized).
    /// @param accounts the buyers
    function cancelApprovals(address[] calldata accounts) external;

    /// @notice What the sale knows of an address.
    /// @param account the address
    function accountOf(address account) external view returns (Account memory);

    /// @notice What an approval's signer signs, by EIP-712.
    /// @param approval the approval
    function approvalDigest(Approval calldata approval) external view returns (bytes32);

    /// @notice The type hash of an approval, by EIP-712.
    function approvalTypehash() external pure returns (bytes32);
}
