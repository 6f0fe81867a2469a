// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {ISaleTerms} from "./ISaleTerms.sol";
import {ISaleWhitelist} from "./ISaleWhitelist.sol";

/// @title Sale of the registry token: rounds, tranches, caps, refunds
/// @notice Sells a fixed amount for ether on terms that nobody can change. Buyers pull their tokens after success,
/// their ether after failure.
/// @dev Normative text: docs/specification.md, section 10. Units as in ISaleTerms. A round is open from its
/// `openingTime` on, and no longer at its `closingTime`. Requirements stand in the order of the checks.
interface ITokenSale is ISaleTerms, ISaleWhitelist {
    /// @notice A payment's part in one tranche.
    /// @param tranche its index
    /// @param weiAmount the part's price, wei
    /// @param tokens what it buys, units
    struct Part {
        uint256 tranche;
        uint256 weiAmount;
        uint256 tokens;
    }

    /// @notice What an amount buys now. Without an open round, and when all is sold, amounts are zero.
    /// @param round index of the open round; the number of rounds when none is open
    /// @param tokens what it buys, units
    /// @param weiAccepted the price, wei
    /// @param weiCredited what is credited back, wei
    /// @param parts by tranche, in their order
    /// @param refusal empty, or the error that buyTokens without an approval would revert with
    struct Quote {
        uint256 round;
        uint256 tokens;
        uint256 weiAccepted;
        uint256 weiCredited;
        Part[] parts;
        bytes refusal;
    }

    /// @notice Tokens of one tranche were bought: `value` wei for `amount` units. A payment that crosses tranches tells
    /// one event for each part.
    event TokensPurchased(
        address indexed purchaser,
        address indexed beneficiary,
        uint256 round,
        uint256 tranche,
        uint256 value,
        uint256 amount
    );

    /// @notice The rest of a payment, `value` wei, was credited to who sent it.
    event PaymentCredited(address indexed purchaser, uint256 value);

    /// @notice A credit of `value` wei was paid out.
    event CreditWithdrawn(address indexed account, address indexed to, uint256 value);

    /// @notice The sale ended; wei and units.
    event SaleFinalised(bool successful, uint256 weiRaised, uint256 tokensSold, uint256 tokensBurned);

    /// @notice A buyer's `amount` units were delivered.
    event TokensClaimed(address indexed account, address indexed to, uint256 amount);

    /// @notice A buyer's contribution of `value` wei was paid back.
    event ContributionRefunded(address indexed account, address indexed to, uint256 value);

    /// @notice The proceeds, `value` wei, were paid out.
    event ProceedsWithdrawn(address indexed wallet, uint256 value);

    /// @notice Ether without data buys nothing here; call buyTokens.
    error SaleRefusedEther();

    /// @notice Nobody cannot buy.
    error SaleZeroBeneficiary();

    /// @notice No round is open at `time`.
    error SaleNotOpen(uint256 time);

    /// @notice All tokens are sold or the hard cap is reached.
    error SaleSoldOut();

    /// @notice The payment is below the minimum; wei.
    error SaleInsufficientPayment(uint256 weiAmount, uint256 minimum);

    /// @notice The buyer's contribution would exceed what an address may pay; wei.
    error SaleExceededMaximum(address buyer, uint256 contribution, uint256 maximum);

    /// @notice The payment buys fewer than the buyer asked for; units.
    error SaleInsufficientTokens(uint256 tokens, uint256 minTokens);

    /// @notice The sale goes on until `closingTime`, or until the second after everything is sold.
    error SaleStillOpen(uint256 closingTime);

    /// @notice The sale was finalised before.
    error SaleAlreadyFinalised();

    /// @notice The sale is not finalised; anyone can do it once it has closed, or a second after it sold out.
    error SaleNotFinalised();

    /// @notice The sale failed: its buyers are refunded; wei.
    error SaleMissedGoal(uint256 weiRaised, uint256 goal);

    /// @notice The sale succeeded: there are no refunds; wei.
    error SaleReachedGoal(uint256 weiRaised, uint256 goal);

    /// @notice What is another's can only be sent to themselves.
    error SaleUnauthorizedReceiver(address account, address to);

    /// @notice There is nothing to pay out to this address.
    error SaleNothingOwed(address account);

    /// @notice The receiver did not take the ether; it stays owed. Wei.
    error SaleFailedPayment(address to, uint256 weiAmount);

    /// @notice Buys for an address, which gets the tokens, or the refund.
    /// @dev Emits TokensPurchased for each tranche, and PaymentCredited. Each part is priced at its tranche's rate in
    /// the open round, and rounded on its own in the sale's favour, by at most a wei. When the tokens or the hard cap
    /// do not suffice, the payment is filled partly and the rest credited to the sender. Requirements:
    /// - not paused (EnforcedPause)
    /// - the beneficiary is not zero (SaleZeroBeneficiary)
    /// - a round is open (SaleNotOpen), something is left (SaleSoldOut)
    /// - neither sender (SaleBlockedAccount) nor beneficiary (SaleBlockedAccount) is blocked
    /// - the beneficiary is listed, unless the round is for everybody (SaleUnlistedBuyer)
    /// - the payment is at least the minimum, whatever part of it is accepted (SaleInsufficientPayment)
    /// - the beneficiary's contribution stays within the maximum (SaleExceededMaximum)
    /// - it gets at least `minTokens` (SaleInsufficientTokens)
    /// @param beneficiary whose contribution it is
    /// @param minTokens the least it must buy, units; protects from a change of tranche or round before mining
    /// @return tokens what it bought, units
    function buyTokens(address beneficiary, uint256 minTokens) external payable returns (uint256 tokens);

    /// @notice Buys for the sender by an operator's signed approval, which puts it on the list for later payments too.
    /// @dev Emits ApprovalUsed besides what buyTokens emits. Requirements as of buyTokens, but instead of the list:
    /// - the round takes approvals, or is for everybody, or the sender is listed (SaleUnlistedBuyer)
    /// - the sender is the approval's buyer (SaleWrongBuyer)
    /// - it has not expired (SaleExpiredApproval)
    /// - it names the buyer's present nonce (SaleWrongNonce)
    /// - its signer may call setWhitelisted at present, without delay (SaleUnauthorizedSigner)
    /// - its signer signed it: ECDSA, or ERC-1271 for contracts (SaleInvalidSignature)
    /// @param minTokens the least it must buy, units
    /// @param approval what was signed
    /// @param signature by `approval.signer`, over approvalDigest
    /// @return tokens what it bought, units
    function buyTokensWithApproval(
        uint256 minTokens,
        Approval calldata approval,
        bytes calldata signature
    ) external payable returns (uint256 tokens);

    /// @notice Ends the sale, whoever calls. Also while paused; no buyer can prevent it.
    /// @dev Emits SaleFinalised. After success the team's tokens go to its wallet and the unsold are burned; after
    /// failure all are. Requirements:
    /// - not finalised (SaleAlreadyFinalised)
    /// - the last round has closed, or everything was sold in an earlier second (SaleStillOpen)
    function finalise() external;

    /// @notice Delivers the tokens of an address to itself, whoever calls; it may name another receiver.
    /// @dev Emits TokensClaimed. Also while paused, and to blocked accounts. Requirements:
    /// - finalised (SaleNotFinalised), with success (SaleMissedGoal)
    /// - the receiver is the account, or the account calls (SaleUnauthorizedReceiver)
    /// - it has tokens (SaleNothingOwed)
    /// @param account who bought
    /// @param to the receiver
    function claim(address account, address to) external;

    /// @notice Pays the contribution of an address back to itself, whoever calls; it may name another receiver.
    /// @dev Emits ContributionRefunded. Also while paused, and to blocked accounts. Requirements:
    /// - finalised (SaleNotFinalised), with failure (SaleReachedGoal)
    /// - the receiver is the account, or the account calls (SaleUnauthorizedReceiver)
    /// - it has a contribution (SaleNothingOwed)
    /// - the receiver takes it (SaleFailedPayment)
    /// @param account who bought
    /// @param to the receiver
    function refund(address account, address payable to) external;

    /// @notice Pays out what was credited to an address, at any time, as refund does.
    /// @dev Emits CreditWithdrawn. Also while paused, and to blocked accounts. Requirements:
    /// - the receiver is the account, or the account calls (SaleUnauthorizedReceiver)
    /// - it has a credit (SaleNothingOwed)
    /// - the receiver takes it (SaleFailedPayment)
    /// @param account to whom it was credited
    /// @param to the receiver
    function withdrawCredit(address account, address payable to) external;

    /// @notice Pays the proceeds to the wallet, whoever calls, once.
    /// @dev Emits ProceedsWithdrawn. Also while paused. Requirements:
    /// - finalised (SaleNotFinalised), with success (SaleMissedGoal)
    /// - not yet withdrawn, and there are some (SaleNothingOwed)
    /// - the wallet takes them (SaleFailedPayment)
    function withdraw() external;

    /// @notice Stops buying and nothing else.
    /// @dev Emits Paused. Requirements: the role PAUSER (AccessManagedUnauthorized), not paused (EnforcedPause).
    ///
    /// Warning: the clock goes on. A pause until the end ends the sale with what it raised: below the goal all is
    /// refunded.
    function pause() external;

    /// @notice Resumes it.
    /// @dev Emits Unpaused. Requirements: the role PAUSER (AccessManagedUnauthorized), paused (ExpectedPause).
    function unpause() external;

    /// @notice What an amount buys now, and why it would be refused; see Quote.
    /// @dev Never reverts for a reason of the sale. For a buyer with an approval the refusal may be SaleUnlistedBuyer;
    /// a call of buyTokensWithApproval that is not sent tells the rest.
    /// @param buyer who would send it, for itself
    /// @param weiAmount the payment, wei
    function quote(address buyer, uint256 weiAmount) external view returns (Quote memory);

    /// @notice Reverts as buyTokens without a least number of tokens would, sent by the buyer for itself.
    /// @param buyer who would send it
    /// @param weiAmount the payment, wei
    function checkPurchase(address buyer, uint256 weiAmount) external view;

    /// @notice What was credited to an address and not withdrawn, wei.
    /// @param account the address
    function creditOf(address account) external view returns (uint256);

    /// @notice All credits not withdrawn, wei.
    function totalCredits() external view returns (uint256);

    /// @notice What was accepted over the whole sale, wei; refunds and withdrawals do not lower it.
    function weiRaised() external view returns (uint256);

    /// @notice What was sold over the whole sale, units; claims do not lower it.
    function tokensSold() external view returns (uint256);

    /// @notice Whether a round is open now; also true while paused and when all is sold.
    function isOpen() external view returns (bool);

    /// @notice Index of the open round; the number of rounds when none is open.
    function currentRound() external view returns (uint256);

    /// @notice Whether the last round has closed.
    function hasClosed() external view returns (bool);

    /// @notice Whether all tokens are sold or the hard cap is reached.
    function soldOut() external view returns (bool);

    /// @notice Whether the goal is reached; once finalised, whether the sale succeeded.
    function goalReached() external view returns (bool);

    /// @notice Whether the sale is finalised.
    function finalised() external view returns (bool);

    /// @notice Whether the proceeds are withdrawn.
    function withdrawn() external view returns (bool);
}
