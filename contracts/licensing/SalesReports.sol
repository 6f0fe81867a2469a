// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {ISalesReports} from "../../interfaces/ISalesReports.sol";

/// @title SalesReports
/// @notice One slot a report, one slot an agent. No role, no pause: reporting is never stopped.
abstract contract SalesReports is ISalesReports {
    struct Books {
        uint40 completeThrough;
        uint64 reports;
    }

    mapping(address agent => Books) private _books;
    mapping(address agent => mapping(uint64 index => bytes32)) private _commitments;
    mapping(address account => bytes32) private _keys;

    /// @inheritdoc ISalesReports
    function submitReport(
        bytes32 root,
        uint32 count,
        uint40 completeThrough,
        bytes32 rowsDigest
    ) external override returns (uint64 index) {
        Books memory books = _books[msg.sender];
        if (completeThrough <= books.completeThrough) {
            revert ReportNotForward(completeThrough, books.completeThrough);
        }
        if (completeThrough >= block.timestamp) revert ReportInFuture(completeThrough);
        if ((root == bytes32(0)) != (count == 0)) revert ReportCountMismatch(root, count);
        index = books.reports;
        Report memory report = Report(count, books.completeThrough, completeThrough, uint40(block.timestamp));
        _commitments[msg.sender][index] = _commitment(root, report);
        _books[msg.sender] = Books(completeThrough, index + 1);
        emit ReportSubmitted(msg.sender, index, root, report, rowsDigest);
    }

    /// @inheritdoc ISalesReports
    function publishKey(bytes32 key) external override {
        if (key == bytes32(0)) revert ReportKeyZero();
        _keys[msg.sender] = key;
        emit SealingKeyPublished(msg.sender, key);
    }

    /// @inheritdoc ISalesReports
    function keyOf(address account) external view override returns (bytes32) {
        return _keys[account];
    }

    /// @inheritdoc ISalesReports
    function booksOf(address agent) external view override returns (uint40 completeThrough, uint64 reports) {
        Books memory books = _books[agent];
        return (books.completeThrough, books.reports);
    }

    /// @inheritdoc ISalesReports
    function commitmentOf(address agent, uint64 index) external view override returns (bytes32) {
        return _commitments[agent][index];
    }

    /// @inheritdoc ISalesReports
    function requireIncluded(
        address agent,
        uint64 index,
        Report calldata report,
        uint256 row,
        bytes32 licenceId,
        bytes32[] calldata proof
    ) external view override {
        _requireIncluded(agent, index, report, row, licenceId, proof);
    }

    /// @dev See ISalesReports.requireIncluded.
    function _requireIncluded(
        address agent,
        uint64 index,
        Report calldata report,
        uint256 row,
        bytes32 licenceId,
        bytes32[] calldata proof
    ) internal view {
        bytes32 commitment = _commitments[agent][index];
        if (commitment == bytes32(0)) revert ReportUnknown(agent, index);
        if (row >= report.count) revert ReportRowOutside(row, report.count);
        bytes32 node = keccak256(bytes.concat(keccak256(bytes.concat(licenceId))));
        uint256 place = row;
        for (uint256 i = 0; i < proof.length; ++i) {
            node = place & 1 == 0
                ? Hashes.efficientKeccak256(node, proof[i])
                : Hashes.efficientKeccak256(proof[i], node);
            place >>= 1;
        }
        if (proof.length != _depth(report.count) || _commitment(node, report) != commitment) {
            revert ReportProofInvalid(agent, index, row);
        }
    }

    /// @dev Levels above the leaves of a tree of `count` rows: ceil(log2(count)).
    function _depth(uint256 count) private pure returns (uint256 depth) {
        for (uint256 rest = count - 1; rest != 0; rest >>= 1) ++depth;
    }

    function _commitment(bytes32 root, Report memory report) private pure returns (bytes32) {
        return keccak256(abi.encode(root, report));
    }
}
