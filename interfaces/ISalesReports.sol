// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @title Sales reports: what an agent sold, and through which instant its books are closed
/// @notice A report is a Merkle root over the licence ids of a period's sales. It moves `completeThrough` forward,
/// never back: what is not in the books by then was not sold. A report of nothing says so.
/// @dev Normative text: docs/specification.md, section 8. Times are Unix seconds. The tree is positional: the leaf of
/// row i stands at place i of the 2^depth lowest nodes, depth = ceil(log2(count)), so a count cannot be too small.
interface ISalesReports {
    /// @notice What the commitment of a report holds beside its root.
    /// @param count rows in the report
    /// @param previousThrough the books' former `completeThrough`: sales of the report are later
    /// @param completeThrough the last instant that it covers
    /// @param submittedAt when it was put on chain
    struct Report {
        uint32 count;
        uint40 previousThrough;
        uint40 completeThrough;
        uint40 submittedAt;
    }

    /// @notice A report was put on chain; `rowsDigest` is the SHA-256 of the block that leads to its sealed rows.
    event ReportSubmitted(
        address indexed agent,
        uint64 indexed index,
        bytes32 root,
        Report report,
        bytes32 rowsDigest
    );

    /// @notice An account published the X25519 key to which agencies seal the rows of its works.
    event SealingKeyPublished(address indexed account, bytes32 key);

    /// @notice Books move forward only; both in Unix seconds.
    error ReportNotForward(uint256 completeThrough, uint256 presentThrough);

    /// @notice Only a second that is over can be closed: nobody knows what will be sold. Unix seconds.
    error ReportInFuture(uint256 completeThrough);

    /// @notice A root stands for sales, and zero for none.
    error ReportCountMismatch(bytes32 root, uint256 count);

    /// @notice The agent has no such report, or it is another than this.
    error ReportUnknown(address agent, uint64 index);

    /// @notice Zero is no key.
    error ReportKeyZero();

    /// @notice The row is not below the count that the agent gave.
    error ReportRowOutside(uint256 row, uint256 count);

    /// @notice The proof does not lead from the licence's leaf to the root that the agent gave.
    error ReportProofInvalid(address agent, uint64 index, uint256 row);

    /// @notice Submits the caller's sales since the last report.
    /// @dev Emits ReportSubmitted. Anyone may; it counts for licences that the caller had the authority to give.
    /// Requirements:
    /// - later than the last one (ReportNotForward), before the present second (ReportInFuture)
    /// - a root if and only if there are rows (ReportCountMismatch)
    /// @param root of the tree over the sales; zero for none
    /// @param count how many
    /// @param completeThrough the last instant that it covers
    /// @param rowsDigest SHA-256 of the block that leads to the rows, sealed to their owners
    /// @return index of the report among the caller's, from 0 on
    function submitReport(
        bytes32 root,
        uint32 count,
        uint40 completeThrough,
        bytes32 rowsDigest
    ) external returns (uint64 index);

    /// @notice Publishes the caller's sealing key; a later one replaces it.
    /// @dev Emits SealingKeyPublished. Requirements: not zero (ReportKeyZero).
    /// @param key X25519 public key, RFC 7748
    function publishKey(bytes32 key) external;

    /// @notice The account's latest sealing key; zero for none.
    function keyOf(address account) external view returns (bytes32);

    /// @notice The instant up to which an agent's books are closed, zero for none, and how many reports there are.
    function booksOf(address agent) external view returns (uint40 completeThrough, uint64 reports);

    /// @notice keccak256(abi.encode(root, report)) of a report; zero for none.
    function commitmentOf(address agent, uint64 index) external view returns (bytes32);

    /// @notice Reverts unless the licence stands in the report.
    /// @dev Requirements: the row is below the count (ReportRowOutside), as many siblings as the tree is deep, leading
    /// to a root (ReportProofInvalid) that with `report` is what the agent submitted (ReportUnknown where there is
    /// none).
    /// @param agent who reported
    /// @param index of the report
    /// @param report its header
    /// @param row of the licence, from 0 on
    /// @param licenceId the licence
    /// @param proof siblings from the leaf up
    function requireIncluded(
        address agent,
        uint64 index,
        Report calldata report,
        uint256 row,
        bytes32 licenceId,
        bytes32[] calldata proof
    ) external view;
}
