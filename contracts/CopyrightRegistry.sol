// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {ICopyrightRegistry} from "../interfaces/ICopyrightRegistry.sol";
import {ContentIdentifier} from "./titles/ContentIdentifier.sol";
import {TimedTitles} from "./titles/TimedTitles.sol";

/// @title CopyrightRegistry
/// @notice Anchors of works, their ERC-721 titles, opposition by an earlier anchor, attestations of accounts.
/// @dev Immutable: no proxy, no owner. VERIFIER and PAUSER are roles of the AccessManager given as authority.
contract CopyrightRegistry is ICopyrightRegistry, TimedTitles, AccessManaged, Pausable {
    /// @inheritdoc ICopyrightRegistry
    uint256 public immutable override oppositionPeriod;

    mapping(bytes32 root => Anchor) private _anchors;
    mapping(uint256 workId => bytes32) private _metadata;
    mapping(address account => mapping(address verifier => Attestation)) private _attestations;

    /// @param authority the AccessManager
    /// @param oppositionSeconds seconds from a title's registration within which an earlier anchor moves it
    constructor(
        address authority,
        uint256 oppositionSeconds
    ) ERC721("Global Copyright Registry Title", "TITLE") AccessManaged(authority) {
        oppositionPeriod = oppositionSeconds;
    }

    /// @inheritdoc ICopyrightRegistry
    function anchor(bytes32 root, bytes32 manifest) external override whenNotPaused {
        if (root == bytes32(0)) revert RegistryRootZero();
        if (_anchors[root].registrant != address(0)) revert RegistryRootAlreadyAnchored(root);
        _anchors[root] = Anchor(msg.sender, uint40(block.timestamp), uint48(block.number));
        emit Anchored(root, msg.sender, manifest);
    }

    /// @inheritdoc ICopyrightRegistry
    function publishManifest(bytes32 root, bytes32 manifest) external override {
        if (_anchors[root].registrant == address(0)) revert RegistryRootUnknown(root);
        emit ManifestPublished(root, msg.sender, manifest);
    }

    /// @inheritdoc ICopyrightRegistry
    function register(
        Work calldata work,
        bytes32 root,
        bytes32[] calldata proof
    ) external override whenNotPaused {
        uint40 anchoredAt = _settledAnchor(root);
        uint256 workId = uint256(work.contentHash);
        if (_ownerOf(workId) != address(0)) revert RegistryWorkAlreadyRegistered(workId);
        _register(work, workId, root, proof, anchoredAt);
    }

    /// @inheritdoc ICopyrightRegistry
    function registerMany(
        Work[] calldata works,
        bytes32 root,
        bytes32[][] calldata proofs
    ) external override whenNotPaused returns (uint256 minted) {
        if (works.length != proofs.length) revert RegistryArrayLengthMismatch(works.length, proofs.length);
        uint40 anchoredAt = _settledAnchor(root);
        for (uint256 i = 0; i < works.length; ++i) {
            uint256 workId = uint256(works[i].contentHash);
            if (_ownerOf(workId) != address(0)) continue;
            _register(works[i], workId, root, proofs[i], anchoredAt);
            ++minted;
        }
    }

    /// @inheritdoc ICopyrightRegistry
    function oppose(Work calldata work, bytes32 root, bytes32[] calldata proof) external override {
        uint256 workId = uint256(work.contentHash);
        Holding storage holding = _holdings[workId];
        address holder = holding.owner;
        if (holder == address(0)) revert RegistryWorkUnknown(workId);
        Anchor storage earlier = _anchors[root];
        if (earlier.registrant == address(0)) revert RegistryRootUnknown(root);
        _requireProof(work, workId, root, proof);
        uint40 anchoredAt = earlier.time;
        uint40 present = holding.anchoredAt;
        if (anchoredAt >= present) revert RegistryAnchorNotEarlier(workId, anchoredAt, present);

        if (work.owner == holder) {
            holding.anchoredAt = anchoredAt;
            _metadata[workId] = work.metadata;
            emit PriorityImproved(workId, holder, present, anchoredAt);
        } else if (block.timestamp <= uint256(_registeredAt(workId)) + oppositionPeriod) {
            holding.anchoredAt = anchoredAt;
            holding.superseded = true;
            _metadata[workId] = work.metadata;
            _update(work.owner, workId, address(0));
            emit TitleSuperseded(workId, holder, work.owner, present, anchoredAt);
        } else {
            holding.contested = true;
            emit TitleContested(workId, work.owner, root, anchoredAt);
        }
    }

    /// @inheritdoc ICopyrightRegistry
    function attest(address account, bytes32 evidence, uint40 expiresAt) external override restricted {
        if (expiresAt <= block.timestamp) revert RegistryAttestationExpired(expiresAt);
        _attestations[account][msg.sender] = Attestation(evidence, uint40(block.timestamp), expiresAt);
        emit AccountAttested(account, msg.sender, evidence, expiresAt);
    }

    /// @inheritdoc ICopyrightRegistry
    function revokeAttestation(address account) external override restricted {
        if (_attestations[account][msg.sender].attestedAt == 0) {
            revert RegistryAttestationUnknown(account, msg.sender);
        }
        delete _attestations[account][msg.sender];
        emit AttestationRevoked(account, msg.sender);
    }

    /// @inheritdoc ICopyrightRegistry
    function pause() external override restricted {
        _pause();
    }

    /// @inheritdoc ICopyrightRegistry
    function unpause() external override restricted {
        _unpause();
    }

    /// @inheritdoc ICopyrightRegistry
    function titleOf(uint256 workId) external view override returns (Title memory) {
        if (_ownerOf(workId) == address(0)) revert RegistryWorkUnknown(workId);
        return _title(workId);
    }

    /// @inheritdoc ICopyrightRegistry
    function titlesOf(uint256[] calldata workIds) external view override returns (Title[] memory titles) {
        titles = new Title[](workIds.length);
        for (uint256 i = 0; i < workIds.length; ++i) {
            titles[i] = _title(workIds[i]);
        }
    }

    /// @inheritdoc ICopyrightRegistry
    function ownerAt(uint256 workId, uint256 time) external view override returns (address) {
        if (time > block.timestamp) revert RegistryTimeInFuture(time);
        return _ownerAt(workId, time);
    }

    /// @inheritdoc ICopyrightRegistry
    function anchorOf(bytes32 root) external view override returns (Anchor memory) {
        return _anchors[root];
    }

    /// @inheritdoc ICopyrightRegistry
    function attestationOf(
        address account,
        address verifier
    ) external view override returns (Attestation memory) {
        return _attestations[account][verifier];
    }

    /// @inheritdoc ICopyrightRegistry
    function leafOf(Work calldata work) external pure override returns (bytes32) {
        return _leaf(work);
    }

    /// @notice `ipfs://` and the CID of the metadata record.
    /// @inheritdoc ERC721
    function tokenURI(uint256 workId) public view override returns (string memory) {
        _requireOwned(workId);
        return string.concat("ipfs://", ContentIdentifier.ofDigest(_metadata[workId]));
    }

    /// @inheritdoc ERC721
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(ICopyrightRegistry).interfaceId || super.supportsInterface(interfaceId);
    }

    function _register(
        Work calldata work,
        uint256 workId,
        bytes32 root,
        bytes32[] calldata proof,
        uint40 anchoredAt
    ) private {
        _requireProof(work, workId, root, proof);
        _metadata[workId] = work.metadata;
        _mintTitle(work.owner, workId, anchoredAt);
        emit WorkRegistered(workId, work.owner, root, work.fingerprint, work.metadata, anchoredAt);
    }

    /// @dev The time of an anchor of an earlier block: whoever sees an anchor and its leaves cannot mint beside it.
    function _settledAnchor(bytes32 root) private view returns (uint40) {
        Anchor memory found = _anchors[root];
        if (found.registrant == address(0)) revert RegistryRootUnknown(root);
        if (found.blockNumber >= block.number) revert RegistryAnchorTooRecent(root, found.blockNumber);
        return found.time;
    }

    function _title(uint256 workId) private view returns (Title memory) {
        Holding memory holding = _holdings[workId];
        return
            Title(
                holding.owner,
                holding.anchoredAt,
                _registeredAt(workId),
                _metadata[workId],
                holding.contested,
                holding.superseded
            );
    }

    function _requireProof(
        Work calldata work,
        uint256 workId,
        bytes32 root,
        bytes32[] calldata proof
    ) private pure {
        if (work.owner == address(0)) revert RegistryOwnerZero();
        if (!MerkleProof.verifyCalldata(proof, root, _leaf(work))) revert RegistryProofInvalid(workId, root);
    }

    function _leaf(Work calldata work) private pure returns (bytes32) {
        return
            keccak256(
                bytes.concat(
                    keccak256(abi.encode(work.contentHash, work.fingerprint, work.metadata, work.owner))
                )
            );
    }
}
