// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Registry of photographs: anchors, titles, opposition, attestations
/// @notice A registration is a claim of ownership made at a time; it does not prove authorship.
/// @dev Times are Unix seconds. See docs/specification.md, sections 1.5 and 2. A title is an ERC-721 token whose id is
/// the content hash (SHA-256 of the original file) as a number.
interface ICopyrightRegistry {
    /// @notice A leaf: what is registered, and to whom.
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
    struct Anchor {
        address registrant;
        uint40 time;
        uint48 blockNumber;
    }

    /// @notice A title; owner zero stands for none.
    struct Title {
        address owner;
        uint40 anchoredAt;
        uint40 registeredAt;
        bytes32 metadata;
        bool contested;
        bool superseded;
    }

    /// @notice What a verifier said of an account; zeros stand for nothing.
    struct Attestation {
        bytes32 evidence;
        uint40 attestedAt;
        uint40 expiresAt;
    }

    event Anchored(bytes32 indexed root, address indexed registrant, bytes32 manifest);
    event ManifestPublished(bytes32 indexed root, address indexed publisher, bytes32 manifest);
    event WorkRegistered(
        uint256 indexed workId,
        address indexed owner,
        bytes32 indexed root,
        bytes32 fingerprint,
        bytes32 metadata,
        uint256 anchoredAt
    );
    event TitleSuperseded(
        uint256 indexed workId,
        address indexed previousOwner,
        address indexed newOwner,
        uint256 previousAnchoredAt,
        uint256 newAnchoredAt
    );
    event TitleContested(
        uint256 indexed workId,
        address indexed claimant,
        bytes32 indexed root,
        uint256 anchoredAt
    );
    event PriorityImproved(
        uint256 indexed workId,
        address indexed owner,
        uint256 previousAnchoredAt,
        uint256 newAnchoredAt
    );
    event AccountAttested(
        address indexed account,
        address indexed verifier,
        bytes32 evidence,
        uint256 expiresAt
    );
    event AttestationRevoked(address indexed account, address indexed verifier);

    error RegistryRootZero();
    error RegistryRootAlreadyAnchored(bytes32 root);
    error RegistryRootUnknown(bytes32 root);
    error RegistryAnchorTooRecent(bytes32 root, uint256 blockNumber);
    error RegistryProofInvalid(uint256 workId, bytes32 root);
    error RegistryOwnerZero();
    error RegistryWorkAlreadyRegistered(uint256 workId);
    error RegistryWorkUnknown(uint256 workId);
    error RegistryAnchorNotEarlier(uint256 workId, uint256 anchoredAt, uint256 presentAnchoredAt);
    error RegistryArrayLengthMismatch(uint256 works, uint256 proofs);
    error RegistryAttestationExpired(uint256 expiresAt);
    error RegistryAttestationUnknown(address account, address verifier);
    error RegistryTimeInFuture(uint256 time);

    /// @notice Puts a root on chain, first come. Whoever copies a root gains nothing: leaves name their owner.
    /// @param root Merkle root of the works (OpenZeppelin StandardMerkleTree)
    /// @param manifest SHA-256 of the manifest, one raw IPFS block
    function anchor(bytes32 root, bytes32 manifest) external;

    /// @notice Names a manifest of an anchored root, so that a wrong one given with the anchor hides nothing.
    /// @dev Readers rebuild the tree of each manifest and take one that gives the root.
    function publishManifest(bytes32 root, bytes32 manifest) external;

    /// @notice Mints the title of an anchored work to the owner its leaf names, from the block after the anchor's on.
    /// @param work the leaf
    /// @param root an anchored root
    /// @param proof siblings from the leaf up
    function register(Work calldata work, bytes32 root, bytes32[] calldata proof) external;

    /// @notice Mints many titles of one root. A work that has a title is passed over, so nobody can block the rest by
    /// registering one of them first.
    /// @return minted how many titles were minted
    function registerMany(
        Work[] calldata works,
        bytes32 root,
        bytes32[][] calldata proofs
    ) external returns (uint256 minted);

    /// @notice Shows that a work was anchored strictly earlier than its title says. Within the opposition period the
    /// title moves to the leaf's owner; after it the title is marked contested; if the leaf names the present owner,
    /// only the title's time improves.
    function oppose(Work calldata work, bytes32 root, bytes32[] calldata proof) external;

    /// @notice Attests an account's identity or authority.
    /// @param evidence digest of the evidence, kept off chain
    /// @param expiresAt first second at which the attestation no longer holds
    function attest(address account, bytes32 evidence, uint40 expiresAt) external;

    /// @notice Takes back the caller's attestation of an account.
    function revokeAttestation(address account) external;

    /// @notice Stops anchor, register and registerMany; nothing else.
    function pause() external;

    /// @notice Resumes them.
    function unpause() external;

    /// @notice The title of a work; reverts for a work without one.
    function titleOf(uint256 workId) external view returns (Title memory);

    /// @notice Titles of many works; owner zero where there is none.
    function titlesOf(uint256[] calldata workIds) external view returns (Title[] memory);

    /// @notice The owner at an instant, zero before the title's first; reverts for the future.
    /// @dev The answer for an instant before the present block's never changes.
    function ownerAt(uint256 workId, uint256 time) external view returns (address);

    /// @notice The anchor of a root; zeros for none.
    function anchorOf(bytes32 root) external view returns (Anchor memory);

    /// @notice A verifier's attestation of an account; zeros for none. An expired one is still shown.
    function attestationOf(address account, address verifier) external view returns (Attestation memory);

    /// @notice Seconds from a title's registration within which an earlier anchor moves it.
    function oppositionPeriod() external view returns (uint256);

    /// @notice The leaf hash of a work: keccak256(keccak256(abi.encode(contentHash, fingerprint, metadata, owner))).
    function leafOf(Work calldata work) external pure returns (bytes32);
}
