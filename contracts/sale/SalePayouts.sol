// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ITokenSale} from "../../interfaces/ITokenSale.sol";
import {SaleTerms} from "./SaleTerms.sol";
import {SaleWhitelist} from "./SaleWhitelist.sol";

/// @title What a sale owes
/// @notice Its books, and everything that leaves it after buying: tokens, refunds, credits, proceeds.
/// @dev The books count what was accepted; the balance is never read, so ether that is forced upon the sale changes
/// nothing. Nothing here looks at pauses or blocks.
abstract contract SalePayouts is ITokenSale, SaleTerms, SaleWhitelist, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    struct Progress {
        uint96 weiRaised;
        uint96 tokensSold;
        uint40 lastPurchaseAt;
        bool finalised;
        bool withdrawn;
    }

    Progress internal _progress;
    mapping(address account => uint256) private _credits;

    /// @inheritdoc ITokenSale
    uint256 public override totalCredits;

    /// @inheritdoc ITokenSale
    function claim(address account, address to) external override nonReentrant {
        _requireSuccess();
        _requireReceiver(account, to);
        uint256 amount = _accounts[account].tokens;
        if (amount == 0) revert SaleNothingOwed(account);
        _accounts[account].tokens = 0;
        emit TokensClaimed(account, to, amount);
        IERC20(token).safeTransfer(to, amount);
    }

    /// @inheritdoc ITokenSale
    function refund(address account, address payable to) external override nonReentrant {
        if (!_progress.finalised) revert SaleNotFinalised();
        if (goalReached()) revert SaleReachedGoal(_progress.weiRaised, goal);
        _requireReceiver(account, to);
        uint256 amount = _accounts[account].contribution;
        if (amount == 0) revert SaleNothingOwed(account);
        _accounts[account].contribution = 0;
        _accounts[account].tokens = 0;
        emit ContributionRefunded(account, to, amount);
        _pay(to, amount);
    }

    /// @inheritdoc ITokenSale
    function withdrawCredit(address account, address payable to) external override nonReentrant {
        _requireReceiver(account, to);
        uint256 amount = _credits[account];
        if (amount == 0) revert SaleNothingOwed(account);
        _credits[account] = 0;
        totalCredits -= amount;
        emit CreditWithdrawn(account, to, amount);
        _pay(to, amount);
    }

    /// @inheritdoc ITokenSale
    function withdraw() external override nonReentrant {
        _requireSuccess();
        uint256 amount = _progress.weiRaised;
        if (_progress.withdrawn || amount == 0) revert SaleNothingOwed(wallet);
        _progress.withdrawn = true;
        emit ProceedsWithdrawn(wallet, amount);
        _pay(wallet, amount);
    }

    /// @inheritdoc ITokenSale
    function creditOf(address account) external view override returns (uint256) {
        return _credits[account];
    }

    /// @inheritdoc ITokenSale
    function weiRaised() external view override returns (uint256) {
        return _progress.weiRaised;
    }

    /// @inheritdoc ITokenSale
    function tokensSold() external view override returns (uint256) {
        return _progress.tokensSold;
    }

    /// @inheritdoc ITokenSale
    function finalised() external view override returns (bool) {
        return _progress.finalised;
    }

    /// @inheritdoc ITokenSale
    function withdrawn() external view override returns (bool) {
        return _progress.withdrawn;
    }

    /// @inheritdoc ITokenSale
    function goalReached() public view override returns (bool) {
        return _progress.weiRaised >= goal;
    }

    function _credit(address account, uint256 amount) internal {
        _credits[account] += amount;
        totalCredits += amount;
    }

    function _pay(address to, uint256 amount) private {
        (bool paid, ) = to.call{value: amount}("");
        if (!paid) revert SaleFailedPayment(to, amount);
    }

    function _requireSuccess() private view {
        if (!_progress.finalised) revert SaleNotFinalised();
        if (!goalReached()) revert SaleMissedGoal(_progress.weiRaised, goal);
    }

    function _requireReceiver(address account, address to) private view {
        if (to == account) return;
        if (msg.sender != account || to == address(0)) revert SaleUnauthorizedReceiver(account, to);
    }
}
