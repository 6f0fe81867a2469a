// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {AuthorityUtils} from "@openzeppelin/contracts/access/manager/AuthorityUtils.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ISaleWhitelist} from "../../interfaces/ISaleWhitelist.sol";

/// @title Who may buy
/// @notice One slot holds what the sale knows of an address, so a listed buyer's first purchase writes no new slot.
abstract contract SaleWhitelist is ISaleWhitelist, AccessManaged, EIP712 {
    bytes32 private constant APPROVAL_TYPEHASH =
        keccak256("Approval(address buyer,address signer,uint256 nonce,uint256 expiry)");

    mapping(address account => Account) internal _accounts;

    constructor(address authority) AccessManaged(authority) EIP712("TokenSale", "1") {}

    /// @inheritdoc ISaleWhitelist
    function setWhitelisted(address[] calldata accounts, bool whitelisted) external override restricted {
        for (uint256 i = 0; i < accounts.length; ++i) {
            Account storage account = _accounts[accounts[i]];
            if (account.whitelisted == whitelisted) continue;
            account.whitelisted = whitelisted;
            if (whitelisted) {
                emit AccountWhitelisted(accounts[i], msg.sender);
            } else {
                ++account.nonce;
                emit AccountDelisted(accounts[i], msg.sender);
            }
        }
    }

    /// @inheritdoc ISaleWhitelist
    function setBlocked(address[] calldata accounts, bool blocked) external override restricted {
        for (uint256 i = 0; i < accounts.length; ++i) {
            Account storage account = _accounts[accounts[i]];
            if (account.blocked == blocked) continue;
            account.blocked = blocked;
            if (blocked) emit AccountBlocked(accounts[i], msg.sender);
            else emit AccountUnblocked(accounts[i], msg.sender);
        }
    }

    /// @inheritdoc ISaleWhitelist
    function cancelApprovals(address[] calldata accounts) external override restricted {
        for (uint256 i = 0; i < accounts.length; ++i) {
            uint256 next = ++_accounts[accounts[i]].nonce;
            emit ApprovalsCancelled(accounts[i], msg.sender, next);
        }
    }

    /// @inheritdoc ISaleWhitelist
    function accountOf(address account) external view override returns (Account memory) {
        return _accounts[account];
    }

    /// @inheritdoc ISaleWhitelist
    function approvalDigest(Approval calldata approval) external view override returns (bytes32) {
        return _digest(approval);
    }

    /// @inheritdoc ISaleWhitelist
    function approvalTypehash() external pure override returns (bytes32) {
        return APPROVAL_TYPEHASH;
    }

    /// @dev Puts the sender on the list by its approval and consumes the nonce. Whoever may whitelist may approve.
    function _useApproval(Approval calldata approval, bytes calldata signature) internal {
        if (approval.buyer != msg.sender) revert SaleWrongBuyer(approval.buyer, msg.sender);
        if (block.timestamp >= approval.expiry) revert SaleExpiredApproval(approval.expiry);
        Account storage account = _accounts[msg.sender];
        if (approval.nonce != account.nonce) revert SaleWrongNonce(approval.nonce, account.nonce);
        (bool immediate, ) = AuthorityUtils.canCallWithDelay(
            authority(),
            approval.signer,
            address(this),
            this.setWhitelisted.selector
        );
        if (!immediate) revert SaleUnauthorizedSigner(approval.signer);
        if (!SignatureChecker.isValidSignatureNow(approval.signer, _digest(approval), signature)) {
            revert SaleInvalidSignature(approval.signer);
        }
        ++account.nonce;
        account.whitelisted = true;
        emit ApprovalUsed(msg.sender, approval.signer, approval.nonce);
    }

    function _requireNotBlocked(address account) internal view {
        if (_accounts[account].blocked) revert SaleBlockedAccount(account);
    }

    function _digest(Approval calldata approval) private view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(APPROVAL_TYPEHASH, approval)));
    }
}
