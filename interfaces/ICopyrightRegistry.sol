// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @title Registry of photographs: anchors, titles, opposition, attestations
/// @notice A registration is a claim of ownership made at a time; it does not prove authorship.
/// @dev Normative text: docs/specification.md, sections 1.5 and 2. Times are Unix seconds, periods seconds. A title is
/// an ERC-721 token whose id, `workId`, is the content hash as a number. Requirements stand in the order of the checks.
interface ICopyrightRegistry {
    /// @notice A leaf: what is registered, and to whom. The tree is OpenZeppelin's StandardMerkleTree.
    /// @param contentHash SHA-256 of the original file
    /// @param fingerprint 256-bit perceptual hash
    /// @param metadata SHA-256 of the metadata record, one raw IPFS block
    /// @param owner who gets the title
    struct Work {
        bytes32 contentHash;
        bytes32 fingerprint;
        bytes32 metadata;
        address owner;
    }

    /// @notice A root of works put on chain; zeros stand for none.
    /// @param registrant who sent the anchor
    /// @param time of its block, Unix seconds
    /// @param blockNumber of its block
    struct Anchor {
        address registrant;
        uint40 time;
        uint48 blockNumber;
    }

    /// @notice A title; owner zero stands for none.
    /// @param owner present holder of the token
    /// @param anchoredAt time of the anchor that the title rests on, Unix seconds; it never increases
    /// @param registeredAt when the title was minted, Unix seconds; the opposition period runs from here
    /// @param metadata SHA-256 of the metadata record
    /// @param contested an earlier anchor was shown after the opposition period
    /// @param superseded the title was moved by an earlier anchor
    struct Title {
        address owner;
        uint40 anchoredAt;
        uint40 registeredAt;
        bytes32 metadata;
        bool contested;
        bool superseded;
    }

    /// @notice What a verifier said of an account; zeros stand for nothing.
    /// @param evidence digest of the evidence, kept off chain
    /// @param attestedAt when, Unix seconds
    /// @param expiresAt first second at which it no longer holds, Unix seconds
    struct Attestation {
        bytes32 evidence;
        uint40 attestedAt;
        uint40 expiresAt;
    }

    /// @notice A root was put on chain; `manifest` is the SHA-256 of the batch's manifest, as its registrant claims.
    event Anchored(bytes32 indexed root, address indexed registrant, bytes32 manifest);

    /// @notice A manifest of an anchored root was named, as its publisher claims.
    event ManifestPublished(bytes32 indexed root, address indexed publisher, bytes32 manifest);

    /// @notice A title was minted to the owner its leaf names; `anchoredAt` in Unix seconds.
    event WorkRegistered(
        uint256 indexed workId,
        address indexed owner,
        bytes32 indexed root,
        bytes32 fingerprint,
        bytes32 metadata,
        uint256 anchoredAt
    );

    /// @notice An earlier anchor moved a title within the opposition period; times in Unix seconds.
    event TitleSuperseded(
        uint256 indexed workId,
        address indexed previousOwner,
        address indexed newOwner,
        uint256 previousAnchoredAt,
        uint256 newAnchoredAt
    );

    /// @notice An earlier anchor, of the time `anchoredAt` (Unix seconds), was shown after the opposition period. Told
    /// anew for each one shown.
    event TitleContested(uint256 indexed workId, address indexed claimant, bytes32 indexed root, uint256 anchoredAt);

    /// @notice An earlier anchor that names the present owner was shown; its record is the title's now. Times in
    /// Unix seconds.
    event PriorityImproved(
        uint256 indexed workId,
        address indexed owner,
        uint256 previousAnchoredAt,
        uint256 newAnchoredAt
    );

    /// @notice A verifier attested an account; `expiresAt` in Unix seconds.
    event AccountAttested(address indexed account, address indexed verifier, bytes32 evidence, uint256 expiresAt);

    /// @notice A verifier took back what it attested.
    event AttestationRevoked(address indexed account, address indexed verifier);

    /// @notice Zero is no root.
    error RegistryRootZero();

    /// @notice The root is on chain; see anchorOf.
    error RegistryRootAlreadyAnchored(bytes32 root);

    /// @notice The root is not on chain.
    error RegistryRootUnknown(bytes32 root);

    /// @notice Titles can be minted from the block after the anchor's, `blockNumber`.
    error RegistryAnchorTooRecent(bytes32 root, uint256 blockNumber);

    /// @notice The proof does not lead from the work's leaf to the root.
    error RegistryProofInvalid(uint256 workId, bytes32 root);

    /// @notice The leaf names nobody.
    error RegistryOwnerZero();

    /// @notice The work has a title; an earlier anchor may oppose it.
    error RegistryWorkAlreadyRegistered(uint256 workId);

    /// @notice The work has no title.
    error RegistryWorkUnknown(uint256 workId);

    /// @notice The anchor is not strictly earlier than the title's; both in Unix seconds.
    error RegistryAnchorNotEarlier(uint256 workId, uint256 anchoredAt, uint256 presentAnchoredAt);

    /// @notice There must be one proof for each work.
    error RegistryArrayLengthMismatch(uint256 works, uint256 proofs);

    /// @notice The attestation would not hold at all; `expiresAt` in Unix seconds.
    error RegistryAttestationExpired(uint256 expiresAt);

    /// @notice The verifier has no attestation of this account.
    error RegistryAttestationUnknown(address account, address verifier);

    /// @notice The present knows no owner at this time, Unix seconds.
    error RegistryTimeInFuture(uint256 time);

    /// @notice Puts a root on chain, first come.
    /// @dev Emits Anchored. Requirements:
    /// - not paused (EnforcedPause)
    /// - the root is not zero (RegistryRootZero)
    /// - the root is not yet on chain (RegistryRootAlreadyAnchored)
    ///
    /// Whoever copies a root gains nothing: leaves name their owner, and the time is the same or earlier.
    /// Warning: neither root nor manifest is checked; readers rebuild the tree and compare.
    /// @param root Merkle root of the works
    /// @param manifest SHA-256 of the manifest, one raw IPFS block
    function anchor(bytes32 root, bytes32 manifest) external;

    /// @notice Names a manifest of an anchored root, so that a wrong one given with the anchor hides nothing.
    /// @dev Emits ManifestPublished; stores nothing. Requirements:
    /// - the root is on chain (RegistryRootUnknown)
    ///
    /// Warning: anyone may name any number; readers take one whose tree gives the root.
    /// @param root an anchored root
    /// @param manifest SHA-256 of a manifest, one raw IPFS block
    function publishManifest(bytes32 root, bytes32 manifest) external;

    /// @notice Mints the title of an anchored work to the owner its leaf names, whoever calls.
    /// @dev Emits ERC-721's Transfer and WorkRegistered. Requirements:
    /// - not paused (EnforcedPause)
    /// - the root is on chain (RegistryRootUnknown), in an earlier block (RegistryAnchorTooRecent)
    /// - the work has no title (RegistryWorkAlreadyRegistered)
    /// - the leaf names an owner (RegistryOwnerZero)
    /// - the proof leads from the leaf to the root (RegistryProofInvalid)
    ///
    /// A contract that the leaf names is not asked: it could block its title.
    /// @param work the leaf
    /// @param root an anchored root
    /// @param proof siblings from the leaf up
    function register(Work calldata work, bytes32 root, bytes32[] calldata proof) external;

    /// @notice Mints the titles of many works of one root.
    /// @dev As register for each work, but a work that has a title is passed over, so that nobody can make a batch fail
    /// by registering one of its works first. Requirements besides those of register:
    /// - as many proofs as works (RegistryArrayLengthMismatch)
    ///
    /// Warning: a work passed over may be another's; compare `minted`, or ask titlesOf.
    /// @param works the leaves
    /// @param root an anchored root
    /// @param proofs for each work, siblings from its leaf up
    /// @return minted how many titles were minted
    function registerMany(
        Work[] calldata works,
        bytes32 root,
        bytes32[][] calldata proofs
    ) external returns (uint256 minted);

    /// @notice Shows that a work was anchored strictly earlier than its title says, whoever calls.
    /// @dev Also while paused. If the leaf names the present owner, the title takes the leaf's time and metadata
    /// (PriorityImproved) and nothing else changes. Else until `registeredAt + oppositionPeriod`, that second included,
    /// the title moves to the leaf's owner with the earlier time and the leaf's metadata, and its approvals end
    /// (Transfer, TitleSuperseded). Later it is marked contested and stays (TitleContested). Requirements:
    /// - the work has a title (RegistryWorkUnknown)
    /// - the root is on chain (RegistryRootUnknown)
    /// - the leaf names an owner (RegistryOwnerZero)
    /// - the proof leads from the leaf to the root (RegistryProofInvalid)
    /// - the anchor is strictly earlier than the title's (RegistryAnchorNotEarlier)
    ///
    /// Warning: a title may be taken within the period whoever holds it by then, also by an earlier anchor of who sold
    /// it. Buyers wait until it has passed.
    /// @param work the leaf of the earlier anchor
    /// @param root the earlier anchor's root
    /// @param proof siblings from the leaf up
    function oppose(Work calldata work, bytes32 root, bytes32[] calldata proof) external;

    /// @notice Attests an account's identity or authority; replaces what the caller attested of it before.
    /// @dev Emits AccountAttested. Requirements:
    /// - the caller has the role VERIFIER (AccessManagedUnauthorized)
    /// - the attestation holds for a second at least (RegistryAttestationExpired)
    /// @param account whom it is about
    /// @param evidence digest of the evidence, kept off chain
    /// @param expiresAt first second at which it no longer holds, Unix seconds
    function attest(address account, bytes32 evidence, uint40 expiresAt) external;

    /// @notice Takes back the caller's attestation of an account.
    /// @dev Emits AttestationRevoked. Requirements:
    /// - the caller has the role VERIFIER (AccessManagedUnauthorized)
    /// - there is one (RegistryAttestationUnknown)
    /// @param account whom it is about
    function revokeAttestation(address account) external;

    /// @notice Stops anchor, register and registerMany; never reading, transferring or opposing.
    /// @dev Emits Paused. Requirements: the role PAUSER (AccessManagedUnauthorized), not paused (EnforcedPause).
    function pause() external;

    /// @notice Resumes them.
    /// @dev Emits Unpaused. Requirements: the role PAUSER (AccessManagedUnauthorized), paused (ExpectedPause).
    function unpause() external;

    /// @notice The title of a work.
    /// @dev Reverts RegistryWorkUnknown for a work without one.
    /// @param workId content hash as a number
    function titleOf(uint256 workId) external view returns (Title memory);

    /// @notice The titles of many works, in their order; owner zero where there is none.
    /// @param workIds content hashes as numbers
    function titlesOf(uint256[] calldata workIds) external view returns (Title[] memory);

    /// @notice The owner at an instant; zero before the title's first, and where there is no title.
    /// @dev Reverts RegistryTimeInFuture for a time after the present block's. The answer for an earlier time than the
    /// present block's never changes; that for the present second is the last owner's so far.
    /// @param workId content hash as a number
    /// @param time Unix seconds
    function ownerAt(uint256 workId, uint256 time) external view returns (address);

    /// @notice The anchor of a root; zeros for none.
    /// @param root Merkle root
    function anchorOf(bytes32 root) external view returns (Anchor memory);

    /// @notice A verifier's attestation of an account; zeros for none.
    /// @dev Warning: shown also when it has expired or its verifier lost the role: compare `expiresAt`, ask the
    /// authority.
    /// @param account whom it is about
    /// @param verifier who attested
    function attestationOf(address account, address verifier) external view returns (Attestation memory);

    /// @notice Seconds from a title's registration within which an earlier anchor moves it; set at deployment.
    function oppositionPeriod() external view returns (uint256);

    /// @notice The leaf hash of a work: keccak256(keccak256(abi.encode(contentHash, fingerprint, metadata, owner))).
    /// @param work the leaf
    function leafOf(Work calldata work) external pure returns (bytes32);
}
