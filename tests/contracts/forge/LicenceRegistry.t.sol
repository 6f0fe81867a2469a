// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ILicences} from "interfaces/ILicences.sol";
import {IMandates} from "interfaces/IMandates.sol";
import {Scope} from "interfaces/Scope.sol";
import {LicenceFixture} from "./LicenceFixture.sol";

/// @dev Licences by each of the three means, and what becomes of them.
contract LicenceRegistryTest is LicenceFixture {
    function _refusedGrant(bytes4 selector, ILicences.Licence memory licence, address by) private {
        _refuse(selector, by);
        _licences.grantLicence(licence);
    }

    function _refusedGrant(bytes4 selector, ILicences.Licence memory licence) private {
        licence.issuedAt = 0;
        _refusedGrant(selector, licence, licence.licensor);
    }

    function _refusedVoucher(bytes4 selector, ILicences.Licence memory licence, uint256 key) private {
        bytes memory signature = _sign(key, licence);
        VM.expectPartialRevert(selector);
        _licences.redeemVoucher(licence, signature);
    }

    function testGrantLicenceIsSound() public {
        ILicences.Licence memory licence = _licence(_owner, 0);
        _refusedGrant(ILicences.LicenceLicensorMismatch.selector, licence, BUYER);
        _refusedGrant(ILicences.LicenceDateGiven.selector, licence, _owner);
        (licence.issuedAt, licence.redeemUntil) = (0, 1);
        _refusedGrant(ILicences.LicenceDateGiven.selector, licence, _owner);
        (licence.redeemUntil, licence.flags) = (0, 16);
        _refusedGrant(ILicences.LicenceFlagsUnknown.selector, licence);
        (licence.flags, licence.scope) = (0, Scope(0, 0, 1, 1));
        _refusedGrant(ILicences.LicenceScopeEmpty.selector, licence);
        (licence.scope, licence.endUser) = (_scope(1), bytes32(0));
        _refusedGrant(ILicences.LicenceEndUserMissing.selector, licence);
        (licence.seats, licence.licensee) = (1, address(0));
        _refusedGrant(ILicences.LicenceEndUserMissing.selector, licence);
        licence.licensee = BUYER;
        bytes32 id = _grant(licence);
        check(_licences.recordOf(id).means == ILicences.Means.Grant, "recorded");
        check(_licences.holderOf(licence) == BUYER && _licences.licenceIdOf(licence) == id, "holder");
        _refusedGrant(ILicences.LicenceAlreadyRecorded.selector, licence);
    }

    function testGrantLicenceNeedsAuthority() public {
        _refusedGrant(IMandates.MandateUnknown.selector, _licence(_agency, 1));
        _refusedGrant(ILicences.LicenceNotOwner.selector, _licence(_agency, 0));
        _give(_owner, _terms(0, _agency));
        _refusedGrant(ILicences.LicenceExclusiveUnauthorized.selector, _flagged(_agency, 1, 1));
        _grant(_licence(_agency, 1));
        _sell(_owner, RIVAL);
        _refusedGrant(ILicences.LicenceNotOwner.selector, _licence(_agency, 1));
    }

    function testGrantLicenceStaysOutOfExclusiveMandates() public {
        _give(_owner, _exclusive(0, _agency, 1));
        _refusedGrant(ILicences.LicenceMandateOverlap.selector, _licence(_owner, 0));
        _give(_agency, _exclusive(1, SUB, 1));
        _refusedGrant(ILicences.LicenceMandateOverlap.selector, _licence(_agency, 1));
        _grant(_flagged(SUB, 2, 1));
        _end(2, SUB);
        ILicences.Licence memory other = _licence(_owner, 0);
        other.scope = _scope(2);
        _grant(other);
    }

    function testGrantLicenceOfAnotherWorkIsFree() public {
        IMandates.Terms memory terms = _exclusive(0, _agency, 1);
        _title("other");
        terms.workId = uint256(bytes32("other"));
        _give(_owner, terms);
        _grant(_licence(_owner, 0));
    }

    function testExclusiveLicences() public {
        _give(_owner, _terms(0, _agency));
        _refusedGrant(ILicences.LicenceMandateOverlap.selector, _flagged(_owner, 0, 1));
        _end(1, _owner);
        ILicences.Licence memory first = _flagged(_owner, 0, 9);
        bytes32 id = _grant(first);
        ILicences.Licence memory second = _flagged(_owner, 0, 9);
        second.scope = _scope(2);
        _grant(second);
        _refusedGrant(ILicences.LicenceExclusiveOverlap.selector, _licence(_owner, 0));
        bytes32[] memory ids = _licences.exclusivesOf(uint256(FILE));
        check(ids.length == 2 && ids[0] == id, "exclusivesOf");
        _pass(10);
        VM.prank(_owner);
        _licences.revokeLicence(first);
        ILicences.Licence memory late = _licence(_owner, 0);
        late.issuedAt = uint40(_now - 1);
        _refusedVoucher(ILicences.LicenceExclusiveOverlap.selector, late, OWNER_KEY);
        late.issuedAt = uint40(_now - 11);
        late.scope = _scope(1);
        _licences.redeemVoucher(late, _sign(OWNER_KEY, late));
        ILicences.Licence memory third = _licence(_owner, 0);
        third.scope = _scope(1);
        _grant(third);
    }

    function testExclusiveVouchers() public {
        _give(_owner, _exclusive(0, _agency, 1));
        _pass(1);
        ILicences.Licence memory one = _flagged(_agency, 1, 1);
        ILicences.Licence memory two = _flagged(_agency, 1, 1);
        two.nonce = 1;
        one.scope.territories = 1;
        bytes memory first = _sign(AGENCY_KEY, one);
        bytes memory second = _sign(AGENCY_KEY, two);
        _licences.redeemVoucher(one, first);
        VM.expectPartialRevert(ILicences.LicenceExclusiveOverlap.selector);
        _licences.redeemVoucher(two, second);
        two.issuedAt -= 1;
        _licences.redeemVoucher(two, _sign(AGENCY_KEY, two));
        check(_licences.exclusivesOf(uint256(FILE)).length == 1, "one stands");
        check(_licences.coversVoucher(one, _use("example.com", 1), first) == 0, "not against itself");
    }

    function testExclusiveVouchersThatExcludeNobody() public {
        _give(_owner, _exclusive(0, _agency, 1));
        ILicences.Licence memory own = _flagged(_owner, 0, 1);
        _licences.redeemVoucher(own, _sign(OWNER_KEY, own));
        ILicences.Licence memory licence = _flagged(_agency, 1, 1);
        bytes memory signature = _sign(AGENCY_KEY, licence);
        _give(_agency, _narrow(1, SUB));
        _licences.redeemVoucher(licence, signature);
        licence.nonce = 1;
        signature = _sign(AGENCY_KEY, licence);
        _pass(1);
        _end(1, _owner);
        _licences.redeemVoucher(licence, signature);
        licence = _flagged(_owner, 0, 1);
        licence.workId = uint256(bytes32("other"));
        _title("other");
        licence.issuedAt = uint40(_now);
        _licences.redeemVoucher(licence, _sign(OWNER_KEY, licence));
        check(_licences.exclusivesOf(licence.workId).length == 0, "unsettled");
        check(_licences.exclusivesOf(uint256(FILE)).length == 0, "none");
        licence.nonce = 2;
        _refusedGrant(ILicences.LicenceTitleUnsettled.selector, licence);
    }

    function testExclusiveVouchersWithoutAPlace() public {
        _give(_owner, _exclusive(0, _agency, 1));
        ILicences.Licence memory licence = _flagged(_agency, 1, 1);
        for (uint40 i = 0; i < 33; ++i) {
            licence.scope = Scope(1, i, i + 1, 1);
            _licences.redeemVoucher(licence, _sign(AGENCY_KEY, licence));
        }
        check(_licences.exclusivesOf(uint256(FILE)).length == 32, "agents' places");
    }

    function testExclusiveLicencesAreFew() public {
        _give(_owner, _exclusive(0, _agency, 1));
        ILicences.Licence memory licence = _flagged(_agency, 1, 1);
        for (uint40 i = 0; i < 32; ++i) {
            licence.scope = Scope(1, i, i + 1, 1);
            _grant(licence);
        }
        licence.scope = Scope(1, 100, 101, 1);
        _refusedGrant(ILicences.LicenceExclusiveTooMany.selector, licence);
        licence = _flagged(_owner, 0, 1);
        for (uint40 i = 0; i < 32; ++i) {
            licence.scope = Scope(2, i, i + 1, 1);
            _grant(licence);
        }
        licence.scope = Scope(2, 100, 101, 1);
        _refusedGrant(ILicences.LicenceExclusiveTooMany.selector, licence);
    }

    function testVoucher() public {
        ILicences.Licence memory licence = _licence(_owner, 0);
        licence.issuedAt = uint40(_now + 1);
        _refusedVoucher(ILicences.LicenceInFuture.selector, licence, OWNER_KEY);
        (licence.issuedAt, licence.redeemUntil) = (uint40(_now), uint40(_now - 1));
        _refusedVoucher(ILicences.LicenceVoucherExpired.selector, licence, OWNER_KEY);
        licence.redeemUntil = uint40(_now);
        _refusedVoucher(ILicences.LicenceSignatureInvalid.selector, licence, AGENCY_KEY);
        bytes memory signature = _sign(OWNER_KEY, licence);
        check(_licences.coversVoucher(licence, _use("example.com", 1), signature) == 0, "covers");
        bytes32 id = _licences.redeemVoucher(licence, signature);
        check(_licences.recordOf(id).means == ILicences.Means.Voucher, "recorded");
        VM.prank(_owner);
        _licences.cancelVoucher(0);
        check(_licences.isVoucherCancelled(_owner, 0), "cancelled");
        _refuse(ILicences.LicenceVoucherCancelled.selector, _owner);
        _licences.cancelVoucher(0);
        _refusedVoucher(ILicences.LicenceVoucherCancelled.selector, licence, OWNER_KEY);
    }

    function testVoucherOfAnAgentOutlivesTheTitleByOnePeriod() public {
        _give(_owner, _terms(0, _agency));
        ILicences.Licence memory licence = _licence(_agency, 1);
        bytes memory signature = _sign(AGENCY_KEY, licence);
        uint256 sold = licence.issuedAt + 1;
        VM.warp(sold);
        _sell(_owner, RIVAL);
        VM.warp(sold + 1 days - 1);
        _licences.coversVoucher(licence, _use("example.com", 1), signature);
        VM.warp(sold + 1 days);
        _refusedVoucher(ILicences.LicenceNotOwner.selector, licence, AGENCY_KEY);
    }

    function testReported() public {
        _give(_owner, _terms(0, _agency));
        ILicences.Licence memory licence = _flagged(_agency, 1, 2);
        _pass(10);
        bytes32 id = _licences.licenceIdOf(licence);
        ILicences.Inclusion memory inclusion = _report(_agency, id);
        check(_licences.coversReported(licence, _use("example.com", 1), inclusion) == 0, "covers");
        check(_licences.recordReported(licence, inclusion) == id, "recorded");
        check(_licences.recordOf(id).means == ILicences.Means.Report, "means");
        VM.expectPartialRevert(ILicences.LicenceAlreadyRecorded.selector);
        _licences.recordReported(licence, inclusion);
        _pass(10);
        inclusion = _report(_agency, id);
        VM.expectPartialRevert(ILicences.LicenceOutsideReport.selector);
        _licences.recordReported(licence, inclusion);
        licence.issuedAt = uint40(_now);
        _pass(1);
        licence.issuedAt += 1;
        inclusion = _report(_agency, _licences.licenceIdOf(licence));
        VM.expectPartialRevert(ILicences.LicenceOutsideReport.selector);
        _licences.recordReported(licence, inclusion);
    }

    function testRevokeLicence() public {
        _give(_owner, _terms(0, _agency));
        ILicences.Licence memory firm = _licence(_agency, 1);
        ILicences.Licence memory loose = _flagged(_agency, 1, 8);
        ILicences.Licence memory own = _flagged(_owner, 0, 8);
        _grant(firm);
        _grant(loose);
        bytes32 id = _grant(own);
        _refuse(ILicences.LicenceNotRevocable.selector, _owner);
        _licences.revokeLicence(firm);
        _refuse(ILicences.LicenceRevokeUnauthorized.selector, BUYER);
        _licences.revokeLicence(loose);
        VM.prank(_agency);
        _licences.revokeLicence(loose);
        _refuse(ILicences.LicenceAlreadyRevoked.selector, _owner);
        _licences.revokeLicence(loose);
        _sell(_owner, RIVAL);
        _refuse(ILicences.LicenceRevokeUnauthorized.selector, _owner);
        _licences.revokeLicence(own);
        _refuse(ILicences.LicenceNotOwner.selector, _agency);
        _licences.revokeLicence(loose);
        VM.prank(RIVAL);
        _licences.revokeLicence(own);
        check(_licences.recordOf(id).revokedAt == _now, "revokedAt");
        check(_licences.covers(own, _use("example.com", _now)) == 16, "covers");
    }

    function testRevokedBeforeRecorded() public {
        ILicences.Licence memory licence = _flagged(_owner, 0, 9);
        VM.prank(_owner);
        _licences.revokeLicence(licence);
        _licences.redeemVoucher(licence, _sign(OWNER_KEY, licence));
        check(_licences.exclusivesOf(uint256(FILE)).length == 0, "excludes nothing");
    }

    function testTransferLicence() public {
        ILicences.Licence memory licence = _flagged(_owner, 0, 10);
        _refuse(ILicences.LicenceUnknown.selector, BUYER);
        _licences.transferLicence(licence, RIVAL);
        check(_licences.holderOf(licence) == address(0), "none");
        ILicences.Licence memory firm = _flagged(_owner, 0, 8);
        _grant(firm);
        _refuse(ILicences.LicenceNotTransferable.selector, BUYER);
        _licences.transferLicence(firm, RIVAL);
        _grant(licence);
        _refuse(ILicences.LicenceNotHolder.selector, RIVAL);
        _licences.transferLicence(licence, RIVAL);
        _refuse(ILicences.LicenceHolderInvalid.selector, BUYER);
        _licences.transferLicence(licence, address(0));
        _refuse(ILicences.LicenceHolderInvalid.selector, BUYER);
        _licences.transferLicence(licence, BUYER);
        VM.prank(BUYER);
        _licences.transferLicence(licence, RIVAL);
        check(_licences.holderOf(licence) == RIVAL, "holder");
        VM.prank(_owner);
        _licences.revokeLicence(licence);
        _refuse(ILicences.LicenceAlreadyRevoked.selector, RIVAL);
        _licences.transferLicence(licence, BUYER);
    }
}
