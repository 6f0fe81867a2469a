// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {IRegistryToken} from "../../interfaces/IRegistryToken.sol";
import {ITokenSale} from "../../interfaces/ITokenSale.sol";
import {SalePayouts} from "./SalePayouts.sol";
import {SalePricing} from "./SalePricing.sol";
import {SaleTable} from "./SaleTable.sol";
import {SaleTerms} from "./SaleTerms.sol";
import {SaleWhitelist} from "./SaleWhitelist.sol";

/// @title TokenSale
/// @notice Buying, quoting, and the end of the sale.
/// @dev Immutable: no proxy, no owner. OPERATOR and PAUSER are roles of the AccessManager given as authority.
contract TokenSale is SalePayouts, Pausable {
    using SafeERC20 for IERC20;

    /// @param given what the sale is made of
    constructor(Parameters memory given) SaleTerms(given) SaleWhitelist(given.authority) {}

    /// @notice Buys for the sender, or refuses, by the parameter acceptsBareEther.
    receive() external payable {
        _buyBare();
    }

    /// @inheritdoc ITokenSale
    function buyTokens(address beneficiary, uint256 minTokens) external payable override returns (uint256) {
        return _buyListed(beneficiary, minTokens);
    }

    /// @inheritdoc ITokenSale
    function buyTokensWithApproval(
        uint256 minTokens,
        Approval calldata approval,
        bytes calldata signature
    ) external payable override nonReentrant whenNotPaused returns (uint256) {
        (uint256 round, WhitelistRule rule, Part[] memory parts) = _offer(msg.value);
        _requireNotBlocked(msg.sender);
        if (rule == WhitelistRule.List) _requireListed(msg.sender);
        _useApproval(approval, signature);
        return _buy(msg.sender, minTokens, round, parts);
    }

    /// @inheritdoc ITokenSale
    function finalise() external override nonReentrant {
        Progress memory progress = _progress;
        if (progress.finalised) revert SaleAlreadyFinalised();
        // In a later second than the last purchase: a loan paid back at once cannot buy the rest and end the sale.
        bool over = hasClosed() || (soldOut() && block.timestamp > progress.lastPurchaseAt);
        if (!over) revert SaleStillOpen(closingTime);
        bool successful = goalReached();
        uint256 team = successful ? teamTokens : 0;
        uint256 owed = successful ? progress.tokensSold : 0;
        uint256 burned = IERC20(token).balanceOf(address(this)) - team - owed;
        _progress.finalised = true;
        emit SaleFinalised(successful, progress.weiRaised, progress.tokensSold, burned);
        if (team > 0) IERC20(token).safeTransfer(teamWallet, team);
        IRegistryToken(token).burn(burned);
    }

    /// @inheritdoc ITokenSale
    function pause() external override restricted {
        _pause();
    }

    /// @inheritdoc ITokenSale
    function unpause() external override restricted {
        _unpause();
    }

    /// @inheritdoc ITokenSale
    function quote(address buyer, uint256 weiAmount) external view override returns (Quote memory found) {
        (uint256[] memory rounds_, uint256[] memory tranches_) = _terms();
        found.round = SaleTable.openAt(rounds_, block.timestamp);
        if (found.round < rounds_.length && !soldOut()) {
            found.parts = _split(SaleTable.round(rounds_[found.round]), tranches_, weiAmount);
            (found.weiAccepted, found.tokens) = SalePricing.total(found.parts);
            found.weiCredited = weiAmount - found.weiAccepted;
        }
        // solhint-disable-next-line no-empty-blocks
        try this.checkPurchase(buyer, weiAmount) {} catch (bytes memory refusal) {
            found.refusal = refusal;
        }
    }

    /// @inheritdoc ITokenSale
    function checkPurchase(address buyer, uint256 weiAmount) external view override whenNotPaused {
        (, Part[] memory parts) = _checkListed(buyer, buyer, weiAmount);
        _checkAmounts(buyer, weiAmount, 0, parts);
    }

    /// @inheritdoc ITokenSale
    function isOpen() external view override returns (bool) {
        (uint256[] memory rounds_, ) = _terms();
        return SaleTable.openAt(rounds_, block.timestamp) < rounds_.length;
    }

    /// @inheritdoc ITokenSale
    function currentRound() external view override returns (uint256) {
        (uint256[] memory rounds_, ) = _terms();
        return SaleTable.openAt(rounds_, block.timestamp);
    }

    /// @inheritdoc ITokenSale
    function hasClosed() public view override returns (bool) {
        return block.timestamp >= closingTime;
    }

    /// @inheritdoc ITokenSale
    function soldOut() public view override returns (bool) {
        return _progress.tokensSold == tokensForSale || _progress.weiRaised == cap;
    }

    function _buyBare() private {
        if (!acceptsBareEther) revert SaleRefusedEther();
        _buyListed(msg.sender, 0);
    }

    function _buyListed(
        address beneficiary,
        uint256 minTokens
    ) private nonReentrant whenNotPaused returns (uint256) {
        (uint256 round, Part[] memory parts) = _checkListed(msg.sender, beneficiary, msg.value);
        return _buy(beneficiary, minTokens, round, parts);
    }

    /// @dev The sums fit: what is sold stays within tokensForSale, what is raised within cap.
    function _buy(
        address beneficiary,
        uint256 minTokens,
        uint256 round,
        Part[] memory parts
    ) private returns (uint256 tokens) {
        uint256 accepted;
        (accepted, tokens) = _checkAmounts(beneficiary, msg.value, minTokens, parts);
        _progress.weiRaised += uint96(accepted);
        _progress.tokensSold += uint96(tokens);
        _progress.lastPurchaseAt = uint40(block.timestamp);
        _accounts[beneficiary].contribution += uint96(accepted);
        _accounts[beneficiary].tokens += uint96(tokens);
        for (uint256 i = 0; i < parts.length; ++i) {
            Part memory part = parts[i];
            emit TokensPurchased(msg.sender, beneficiary, round, part.tranche, part.weiAmount, part.tokens);
        }
        uint256 rest = msg.value - accepted;
        if (rest == 0) return tokens;
        _credit(msg.sender, rest);
        emit PaymentCredited(msg.sender, rest);
    }

    /// @dev What stops a purchase without an approval before its amounts are looked at.
    function _checkListed(
        address sender,
        address beneficiary,
        uint256 weiAmount
    ) private view returns (uint256 round, Part[] memory parts) {
        if (beneficiary == address(0)) revert SaleZeroBeneficiary();
        WhitelistRule rule;
        (round, rule, parts) = _offer(weiAmount);
        _requireNotBlocked(sender);
        _requireNotBlocked(beneficiary);
        if (rule != WhitelistRule.None) _requireListed(beneficiary);
    }

    /// @dev The minimum is asked of the payment and not of its accepted part, else the last tokens could not be sold.
    function _checkAmounts(
        address beneficiary,
        uint256 weiAmount,
        uint256 minTokens,
        Part[] memory parts
    ) private view returns (uint256 accepted, uint256 tokens) {
        if (weiAmount < minimum) revert SaleInsufficientPayment(weiAmount, minimum);
        (accepted, tokens) = SalePricing.total(parts);
        uint256 contribution = _accounts[beneficiary].contribution + accepted;
        if (contribution > maximum) revert SaleExceededMaximum(beneficiary, contribution, maximum);
        if (tokens < minTokens) revert SaleInsufficientTokens(tokens, minTokens);
    }

    /// @dev The open round and what the payment buys in it.
    function _offer(
        uint256 weiAmount
    ) private view returns (uint256 round, WhitelistRule rule, Part[] memory parts) {
        (uint256[] memory rounds_, uint256[] memory tranches_) = _terms();
        round = SaleTable.openAt(rounds_, block.timestamp);
        if (round == rounds_.length) revert SaleNotOpen(block.timestamp);
        if (soldOut()) revert SaleSoldOut();
        Round memory open = SaleTable.round(rounds_[round]);
        rule = open.rule;
        parts = _split(open, tranches_, weiAmount);
    }

    function _split(
        Round memory open,
        uint256[] memory tranches_,
        uint256 weiAmount
    ) private view returns (Part[] memory) {
        uint256 budget = Math.min(weiAmount, cap - _progress.weiRaised);
        return SalePricing.split(tranches_, open, _progress.tokensSold, budget);
    }

    function _requireListed(address account) private view {
        if (!_accounts[account].whitelisted) revert SaleUnlistedBuyer(account);
    }
}
