// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {ISalesReports} from "./ISalesReports.sol";
import {Scope} from "./Scope.sol";

/// @title Licences: recorded by grant, by voucher or by report, and a view that says whether one covers a use
/// @notice A licence is an EIP-712 struct, and its digest, `licenceId`, is what a grant stores, a voucher signs and a
/// report's leaf holds. Its fields travel in events, on IPFS or in the holder's hands.
/// @dev Normative text: docs/specification.md, section 9. Times are Unix seconds. Requirements stand in the order of
/// the checks. What is validly recorded stays valid whatever becomes of mandates and titles later; it ends only by its
/// own scope or, where its terms allow, by revokeLicence.
interface ILicences {
    /// @notice How a licence came on chain.
    enum Means {
        None,
        Grant,
        Voucher,
        Report
    }

    /// @notice A permission to use a work.
    /// @param workId the work
    /// @param licensor the owner, or the agent of `mandate`
    /// @param mandate under which; zero for the owner
    /// @param licensee account of who bought it; zero for a buyer without one
    /// @param endUser keccak256(abi.encode(string name, bytes32 salt)) of whom it is for; zero when named later
    /// @param scope what it covers
    /// @param terms SHA-256 of the legal text, one raw IPFS block
    /// @param flags 1 exclusive, 2 transferable, 4 sublicensable, 8 revocable
    /// @param seats how many end users the licensee may name, beside `endUser`
    /// @param issuedAt the licence's date; a grant's is given by the chain
    /// @param redeemUntil last second at which a voucher over it is accepted; zero for no such limit
    /// @param nonce tells licences of the same content apart; a licensor may cancel a voucher by it
    struct Licence {
        uint256 workId;
        address licensor;
        uint64 mandate;
        address licensee;
        bytes32 endUser;
        Scope scope;
        bytes32 terms;
        uint8 flags;
        uint32 seats;
        uint40 issuedAt;
        uint40 redeemUntil;
        uint64 nonce;
    }

    /// @notice A use to be judged. Media or territories zero: not stated, so not judged.
    /// @param name the end user, normalised
    /// @param salt that with the name opens the commitment; zero for an open one
    /// @param media bits of the media used
    /// @param territories bits of the countries
    /// @param time when, Unix seconds
    struct Use {
        string name;
        bytes32 salt;
        uint64 media;
        uint256 territories;
        uint40 time;
    }

    /// @notice Where a licence stands in its licensor's reports.
    struct Inclusion {
        uint64 index;
        ISalesReports.Report report;
        uint256 row;
        bytes32[] proof;
    }

    /// @notice What the chain keeps of a licence. `revokedAt` may be set where nothing was recorded.
    struct Record {
        Means means;
        uint40 recordedAt;
        uint40 revokedAt;
        uint32 seatsUsed;
    }

    /// @notice A licence came on chain.
    event LicenceRecorded(bytes32 indexed licenceId, uint256 indexed workId, Means means, Licence licence);

    /// @notice An exclusive licence stands against all that overlap it and are dated from this second on.
    event ExclusivityBegan(bytes32 indexed licenceId, uint256 indexed workId);

    /// @notice A licence ended, as its terms allow; uses before this second stay covered.
    event LicenceRevoked(bytes32 indexed licenceId, uint256 indexed workId, address indexed by);

    /// @notice A licence has another holder.
    event LicenceTransferred(bytes32 indexed licenceId, address indexed from, address indexed to);

    /// @notice The holder named an end user; covered from this second on.
    event EndUserNamed(bytes32 indexed licenceId, bytes32 indexed endUser, uint256 seat);

    /// @notice A licensor takes back its vouchers of this nonce, unless recorded before.
    event VoucherCancelled(address indexed licensor, uint64 indexed nonce);

    /// @notice A flag that has no meaning.
    error LicenceFlagsUnknown(uint8 flags);

    /// @notice Media, territories or time are empty.
    error LicenceScopeEmpty();

    /// @notice Neither an end user nor a licensee with a seat for one.
    error LicenceEndUserMissing();

    /// @notice The caller is not the licensor that the licence names.
    error LicenceLicensorMismatch(address licensor, address caller);

    /// @notice The chain dates a grant; both fields must be zero.
    error LicenceDateGiven(uint256 issuedAt, uint256 redeemUntil);

    /// @notice The licence's date is in the future; Unix seconds.
    error LicenceInFuture(uint256 issuedAt);

    /// @notice The account was not the work's owner at that time, Unix seconds.
    error LicenceNotOwner(uint256 workId, address account, uint256 time);

    /// @notice This id was recorded before.
    error LicenceAlreadyRecorded(bytes32 licenceId);

    /// @notice This id was never recorded.
    error LicenceUnknown(bytes32 licenceId);

    /// @notice A live mandate stands against it: an exclusive one of the licensor's, or for an exclusive licence any.
    error LicenceMandateOverlap(uint64 mandate);

    /// @notice An exclusive licence, recorded by then, stands against it.
    error LicenceExclusiveOverlap(bytes32 existing);

    /// @notice Until its opposition period is over (Unix seconds), a title can move to an earlier anchor: nobody can
    /// promise exclusivity on it.
    error LicenceTitleUnsettled(uint256 workId, uint256 settledAt);

    /// @notice Only an exclusive mandate allows exclusive licences.
    error LicenceExclusiveUnauthorized(uint64 mandate);

    /// @notice A work has at most this many exclusive licences: 64, of which agents record none after the first 32.
    error LicenceExclusiveTooMany(uint256 workId, uint256 limit);

    /// @notice The voucher's last second is over; Unix seconds.
    error LicenceVoucherExpired(bytes32 licenceId, uint256 redeemUntil);

    /// @notice The licensor took the voucher back.
    error LicenceVoucherCancelled(address licensor, uint64 nonce);

    /// @notice Not the licensor's signature over this licence (ECDSA, or what its contract says by ERC-1271).
    error LicenceSignatureInvalid(bytes32 licenceId, address licensor);

    /// @notice The licence's date is not in the report's period; Unix seconds.
    error LicenceOutsideReport(bytes32 licenceId, uint256 issuedAt, uint256 previousThrough, uint256 completeThrough);

    /// @notice The terms do not allow to revoke it.
    error LicenceNotRevocable(bytes32 licenceId);

    /// @notice Revoked already, at this time (Unix seconds).
    error LicenceAlreadyRevoked(bytes32 licenceId, uint256 revokedAt);

    /// @notice Only the work's present owner, or the licensor as long as it may license, revokes.
    error LicenceRevokeUnauthorized(bytes32 licenceId, address caller);

    /// @notice The terms do not allow to transfer it.
    error LicenceNotTransferable(bytes32 licenceId);

    /// @notice Only the holder may do this.
    error LicenceNotHolder(bytes32 licenceId, address caller);

    /// @notice Nobody can hold a licence at this address, or it is the holder's own.
    error LicenceHolderInvalid(address to);

    /// @notice Zero stands for no end user, and the licence's own needs no naming.
    error LicenceEndUserInvalid(bytes32 endUser);

    /// @notice Named already.
    error LicenceEndUserAlreadyNamed(bytes32 licenceId, bytes32 endUser);

    /// @notice Every seat is taken.
    error LicenceSeatsTaken(bytes32 licenceId, uint256 seats);

    /// @notice Name and salt do not open an end user of this licence.
    error LicenceEndUserMismatch(bytes32 licenceId, bytes32 endUser);

    /// @notice The present knows nothing of this time, Unix seconds.
    error LicenceTimeInFuture(uint256 time);

    /// @notice Grants a licence.
    /// @dev Emits LicenceRecorded, and for an exclusive one ExclusivityBegan before it. Requirements:
    /// - not paused (EnforcedPause); the caller is the licensor (LicenceLicensorMismatch); issuedAt and redeemUntil are
    ///   zero (LicenceDateGiven)
    /// - known flags (LicenceFlagsUnknown), a scope (LicenceScopeEmpty), an end user or a seat (LicenceEndUserMissing)
    /// - with a mandate: IMandates.requireAuthority, and an exclusive mandate for an exclusive licence
    ///   (LicenceExclusiveUnauthorized); the owner at the top owns the work (LicenceNotOwner)
    /// - no exclusive mandate of the licensor's overlaps (LicenceMandateOverlap); no exclusive licence overlaps
    ///   (LicenceExclusiveOverlap)
    /// - the id is new (LicenceAlreadyRecorded)
    /// - exclusive: the title's opposition period is over (LicenceTitleUnsettled), no live mandate that the licensor
    ///   gave overlaps (LicenceMandateOverlap), room for it (LicenceExclusiveTooMany: 64 a work for ever, agents the
    ///   first 32)
    ///
    /// Warning: an exclusive licence is exclusive from now on; earlier licences stay, see the events.
    /// @param licence issuedAt is set to the block's time
    /// @return licenceId its EIP-712 digest
    function grantLicence(Licence calldata licence) external returns (bytes32 licenceId);

    /// @notice Records a licence by its licensor's signature. By anyone; not stopped by a pause.
    /// @dev Emits LicenceRecorded. Requirements: those of coversVoucher's evidence; the id is new
    /// (LicenceAlreadyRecorded). An exclusive one, not revoked, becomes exclusive (ExclusivityBegan) if its licensor
    /// could grant it so now; else it is recorded all the same, as a licence that excludes nobody.
    ///
    /// Warning: who buys exclusivity looks for ExclusivityBegan. It may begin while grants are paused.
    /// @param licence as signed
    /// @param signature over licenceId: 65 bytes r, s, v, or what the licensor's contract takes (ERC-1271)
    function redeemVoucher(Licence calldata licence, bytes calldata signature) external returns (bytes32 licenceId);

    /// @notice Records a licence that stands in its licensor's report, so that its holder can name end users and
    /// transfer it. By anyone; not stopped by a pause.
    /// @dev Emits LicenceRecorded. Requirements: those of coversReported's evidence, then as redeemVoucher.
    function recordReported(
        Licence calldata licence,
        Inclusion calldata inclusion
    ) external returns (bytes32 licenceId);

    /// @notice Takes back the caller's vouchers of a nonce that are not recorded.
    /// @dev Emits VoucherCancelled. Requirements: not cancelled before (LicenceVoucherCancelled).
    function cancelVoucher(uint64 nonce) external;

    /// @notice Ends a licence from now on, recorded or not.
    /// @dev Emits LicenceRevoked. Requirements: revocable (LicenceNotRevocable); the caller is the work's present
    /// owner, or the licensor (LicenceRevokeUnauthorized) with authority now (IMandates.requireAuthority,
    /// LicenceNotOwner); not yet revoked (LicenceAlreadyRevoked).
    function revokeLicence(Licence calldata licence) external;

    /// @notice Gives a recorded licence to another holder. End users named before stay.
    /// @dev Emits LicenceTransferred. Requirements: recorded (LicenceUnknown), transferable (LicenceNotTransferable),
    /// by the holder (LicenceNotHolder), to another (LicenceHolderInvalid), not revoked (LicenceAlreadyRevoked).
    function transferLicence(Licence calldata licence, address to) external;

    /// @notice Names an end user of a recorded licence; it is covered from this second on.
    /// @dev Emits EndUserNamed. Requirements: recorded (LicenceUnknown), by the holder (LicenceNotHolder), an end user
    /// (LicenceEndUserInvalid) not named yet (LicenceEndUserAlreadyNamed), a free seat (LicenceSeatsTaken), not revoked
    /// (LicenceAlreadyRevoked).
    /// @param licence of which
    /// @param endUser keccak256(abi.encode(string name, bytes32 salt))
    function nameEndUser(Licence calldata licence, bytes32 endUser) external;

    /// @notice Whether a recorded licence covers a use.
    /// @dev Requirements: recorded (LicenceUnknown); the use's time has come (LicenceTimeInFuture); name and salt open
    /// an end user of the licence (LicenceEndUserMismatch).
    /// @param licence its fields
    /// @param use the question
    /// @return outside zero when covered, else bits of what lies outside: 1 media, 2 territories, 4 time, 8 before the
    /// end user was named, 16 revoked by then
    function covers(Licence calldata licence, Use calldata use) external view returns (uint8 outside);

    /// @notice The same by a voucher, recorded or not.
    /// @dev Evidence: known flags, scope, end user (as grantLicence); not dated in the future (LicenceInFuture); not
    /// after redeemUntil (LicenceVoucherExpired); not cancelled (LicenceVoucherCancelled); signed
    /// (LicenceSignatureInvalid); the licensor had authority at issuedAt and the evidence is not late
    /// (IMandates.requireAuthority with the present as evidence); the owner owned the work at issuedAt and within one
    /// reporting period of the evidence (LicenceNotOwner); no exclusive licence recorded by issuedAt overlaps
    /// (LicenceExclusiveOverlap). Then as covers.
    function coversVoucher(
        Licence calldata licence,
        Use calldata use,
        bytes calldata signature
    ) external view returns (uint8 outside);

    /// @notice The same by a report, recorded or not.
    /// @dev Evidence: known flags, scope, end user; ISalesReports.requireIncluded; dated within the report's period
    /// (LicenceOutsideReport); authority and ownership as for a voucher, with the report's submission as evidence; no
    /// exclusive licence recorded by issuedAt overlaps. Then as covers.
    function coversReported(
        Licence calldata licence,
        Use calldata use,
        Inclusion calldata inclusion
    ) external view returns (uint8 outside);

    /// @notice The EIP-712 digest of a licence, for this chain and contract.
    function licenceIdOf(Licence calldata licence) external view returns (bytes32);

    /// @notice What the chain keeps of an id; zeros for nothing.
    function recordOf(bytes32 licenceId) external view returns (Record memory);

    /// @notice The present holder of a recorded licence; zero for none.
    function holderOf(Licence calldata licence) external view returns (address);

    /// @notice When an end user was named by the holder, Unix seconds; zero for never.
    function namedAt(bytes32 licenceId, bytes32 endUser) external view returns (uint40);

    /// @notice Whether a licensor cancelled a voucher nonce.
    function isVoucherCancelled(address licensor, uint64 nonce) external view returns (bool);

    /// @notice Ids of the exclusive licences recorded for a work, in their order, revoked ones included.
    function exclusivesOf(uint256 workId) external view returns (bytes32[] memory);
}
