// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISalesReports} from "interfaces/ISalesReports.sol";
import {LicenceFixture} from "./LicenceFixture.sol";

/// @dev Sales reports and sealing keys.
contract LicenceReportsTest is LicenceFixture {
    function testSubmitReport() public {
        uint40 past = uint40(_now - 1);
        VM.expectRevert(abi.encodeWithSelector(ISalesReports.ReportNotForward.selector, 0, 0));
        _licences.submitReport(FILE, 1, 0, FILE);
        VM.expectRevert(abi.encodeWithSelector(ISalesReports.ReportInFuture.selector, past + 1));
        _licences.submitReport(FILE, 1, past + 1, FILE);
        VM.expectRevert(abi.encodeWithSelector(ISalesReports.ReportCountMismatch.selector, bytes32(0), 1));
        _licences.submitReport(bytes32(0), 1, past, FILE);
        VM.expectRevert(abi.encodeWithSelector(ISalesReports.ReportCountMismatch.selector, FILE, 0));
        _licences.submitReport(FILE, 0, past, FILE);
        check(_licences.submitReport(bytes32(0), 0, past - 1, FILE) == 0, "empty");
        check(_licences.submitReport(FILE, 2, past, FILE) == 1, "second");
        (uint40 through, uint64 reports) = _licences.booksOf(address(this));
        check(through == past && reports == 2, "books");
        ISalesReports.Report memory report = ISalesReports.Report(2, past - 1, past, past + 1);
        check(_licences.commitmentOf(address(this), 1) == keccak256(abi.encode(FILE, report)), "commitment");
    }

    function testPublishKey() public {
        VM.expectRevert(abi.encodeWithSelector(ISalesReports.ReportKeyZero.selector));
        _licences.publishKey(bytes32(0));
        _licences.publishKey(FILE);
        check(_licences.keyOf(address(this)) == FILE && _licences.keyOf(BUYER) == bytes32(0), "key");
    }

    /// @dev Three rows: leaves a and b, then c beside a missing place.
    function testRequireIncluded(bytes32 a, bytes32 b, bytes32 c) public {
        bytes32 left = keccak256(bytes.concat(_leaf(a), _leaf(b)));
        bytes32 right = keccak256(bytes.concat(_leaf(c), bytes32(0)));
        uint40 past = uint40(_now - 1);
        ISalesReports.Report memory report = ISalesReports.Report(3, 0, past, past + 1);
        bytes32[] memory proof = new bytes32[](2);
        VM.expectPartialRevert(ISalesReports.ReportUnknown.selector);
        _licences.requireIncluded(address(this), 0, report, 0, a, proof);
        _licences.submitReport(keccak256(bytes.concat(left, right)), 3, past, FILE);
        VM.expectPartialRevert(ISalesReports.ReportRowOutside.selector);
        _licences.requireIncluded(address(this), 0, report, 3, c, proof);
        VM.expectPartialRevert(ISalesReports.ReportProofInvalid.selector);
        _licences.requireIncluded(address(this), 0, report, 0, a, proof);
        VM.expectPartialRevert(ISalesReports.ReportProofInvalid.selector);
        _licences.requireIncluded(address(this), 0, report, 0, a, _none);
        (proof[0], proof[1]) = (_leaf(b), right);
        _licences.requireIncluded(address(this), 0, report, 0, a, proof);
        (proof[0], proof[1]) = (_leaf(a), right);
        _licences.requireIncluded(address(this), 0, report, 1, b, proof);
        (proof[0], proof[1]) = (bytes32(0), left);
        _licences.requireIncluded(address(this), 0, report, 2, c, proof);
        report.count = 4;
        VM.expectPartialRevert(ISalesReports.ReportProofInvalid.selector);
        _licences.requireIncluded(address(this), 0, report, 3, bytes32(0), proof);
    }

    function testRequireIncludedOfOne() public {
        uint40 past = uint40(_now - 1);
        _licences.submitReport(_leaf(FILE), 1, past, FILE);
        ISalesReports.Report memory report = ISalesReports.Report(1, 0, past, past + 1);
        _licences.requireIncluded(address(this), 0, report, 0, FILE, _none);
    }
}
