// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {Scope} from "./Scope.sol";

/// @title Mandates: who may license whose works, within which bounds
/// @notice An owner gives an agency a mandate, an agency may give parts of it to sub-agents; each link lies within its
/// parent. Authority is a function of time, and no later act changes what it was.
/// @dev Normative text: docs/specification.md, section 7. Times are Unix seconds, periods seconds, commissions basis
/// points of the price. Requirements stand in the order of the checks.
interface IMandates {
    /// @notice What a grantor gives.
    /// @param parent the grantor's own mandate; zero for an owner's
    /// @param agent who may license
    /// @param workId the one work, or zero for every work of the owner
    /// @param scope what the agent's licences may cover
    /// @param start first second of the authority, not in the past; zero for now
    /// @param expiresAt first second after it
    /// @param reportingPeriod seconds within which a sale must be reported, 1 hour to 366 days
    /// @param commission basis points of the price that stay with the agent and those below
    /// @param depth how many further levels may be given, at most 7
    /// @param exclusive nobody else licenses there: no sibling and not the grantor
    struct Terms {
        uint64 parent;
        address agent;
        uint256 workId;
        Scope scope;
        uint40 start;
        uint40 expiresAt;
        uint32 reportingPeriod;
        uint16 commission;
        uint8 depth;
        bool exclusive;
    }

    /// @notice A mandate as it stands; `revokedAt` zero for one not revoked.
    struct Mandate {
        address owner;
        uint40 revokedAt;
        Terms terms;
    }

    /// @notice A mandate was given.
    event MandateGranted(uint64 indexed mandate, address indexed owner, address indexed agent, Terms terms);

    /// @notice A mandate ended by its owner's, its grantor's or its agent's will; whatever hangs on it ended too.
    event MandateRevoked(uint64 indexed mandate, address indexed by);

    /// @notice No such mandate.
    error MandateUnknown(uint64 mandate);

    /// @notice The agent is nobody, or the grantor.
    error MandateAgentInvalid(address agent);

    /// @notice Media, territories or time are empty.
    error MandateScopeEmpty();

    /// @notice The authority's time is empty, or begins before now; both in Unix seconds.
    error MandatePeriodInvalid(uint256 start, uint256 expiresAt);

    /// @notice The reporting period is not between 1 hour and 366 days.
    error MandateReportingPeriodInvalid(uint256 reportingPeriod);

    /// @notice The commission is above 10,000 basis points.
    error MandateCommissionInvalid(uint256 commission);

    /// @notice More levels than may be given.
    error MandateTooDeep(uint256 depth);

    /// @notice Only the work's present owner gives a mandate for it.
    error MandateNotOwner(uint256 workId, address caller);

    /// @notice Only the agent of the parent gives parts of it.
    error MandateNotAgent(uint64 mandate, address caller);

    /// @notice The mandate exceeds its parent in this field.
    error MandateExceedsParent(uint64 parent, bytes32 field);

    /// @notice It overlaps a live mandate beside it, and one of the two is exclusive.
    error MandateExclusiveOverlap(uint64 existing);

    /// @notice The grantor has as many live mandates as one may have.
    error MandateTooMany(uint256 limit);

    /// @notice The caller may not revoke it.
    error MandateUnauthorized(uint64 mandate, address caller);

    /// @notice It was revoked before.
    error MandateAlreadyRevoked(uint64 mandate);

    /// @notice The mandate is another agent's.
    error MandateAgentMismatch(uint64 mandate, address agent);

    /// @notice The mandate is for another work.
    error MandateWorkOutside(uint64 mandate, uint256 workId);

    /// @notice The scope is not within the mandate's.
    error MandateScopeExceeded(uint64 mandate);

    /// @notice This link of the chain had no authority at the time (Unix seconds): not begun, expired or revoked.
    error MandateNotLive(uint64 link, uint256 time);

    /// @notice The evidence came later than one reporting period after this link's end; both in Unix seconds.
    error MandateEvidenceLate(uint64 link, uint256 acceptedUntil, uint256 evidenceAt);

    /// @notice Gives a mandate.
    /// @dev Emits MandateGranted. Requirements:
    /// - an agent other than the caller (MandateAgentInvalid), a scope (MandateScopeEmpty), a time that does not begin
    ///   in the past (MandatePeriodInvalid), a reporting period (MandateReportingPeriodInvalid), a commission
    ///   (MandateCommissionInvalid), a depth (MandateTooDeep)
    /// - without parent: for one work, the caller owns it (MandateNotOwner)
    /// - with parent: it exists (MandateUnknown), the caller is its agent (MandateNotAgent), it and everything above
    ///   has not ended (MandateNotLive), and each field lies within it (MandateExceedsParent): depth, works, scope,
    ///   start, expiresAt, commission, reportingPeriod, exclusive
    /// - no live mandate of the same grantor overlaps it where one of the two is exclusive (MandateExclusiveOverlap)
    /// - the grantor's list has room (MandateTooMany)
    ///
    /// Warning: an owner's mandate reaches only as far as the ownership: it authorises nothing for works that were
    /// transferred away, and what the owner gets later is covered by a mandate for every work.
    /// @param terms what is given
    /// @return mandate its id, from 1 on
    function grantMandate(Terms calldata terms) external returns (uint64 mandate);

    /// @notice Ends a mandate from now on, and with it the authority of whatever hangs on it.
    /// @dev Emits MandateRevoked. Requirements: it exists (MandateUnknown); the caller is its owner, its grantor or its
    /// agent (MandateUnauthorized); not yet revoked (MandateAlreadyRevoked).
    function revokeMandate(uint64 mandate) external;

    /// @notice The mandate; reverts MandateUnknown for none.
    function mandateOf(uint64 mandate) external view returns (Mandate memory);

    /// @notice How many mandates were ever given; ids run from 1 to this.
    function mandateCount() external view returns (uint64);

    /// @notice The mandates under which an agent had authority over a work at a time (Unix seconds, not in the future).
    /// @dev The answer for a time before the present block's never changes.
    function authorityAt(address agent, uint256 workId, uint256 time) external view returns (uint64[] memory);

    /// @notice Reverts unless the agent had authority for this licence.
    /// @dev Requirements: MandateUnknown, MandateAgentMismatch, MandateWorkOutside, MandateScopeExceeded; each link was
    /// live at `time` (MandateNotLive) and `evidenceAt` is not more than one reporting period of the mandate after the
    /// link's end (MandateEvidenceLate). Whether `owner` owned the work is for the caller to ask the registry.
    /// @param mandate under which
    /// @param agent who licensed
    /// @param workId the work
    /// @param scope the licence's scope
    /// @param time the licence's date, Unix seconds
    /// @param evidenceAt when it became known to the chain, Unix seconds
    /// @return owner who stands at the top of the chain
    /// @return reportingPeriod of this mandate, seconds
    function requireAuthority(
        uint64 mandate,
        address agent,
        uint256 workId,
        Scope calldata scope,
        uint256 time,
        uint256 evidenceAt
    ) external view returns (address owner, uint256 reportingPeriod);
}
