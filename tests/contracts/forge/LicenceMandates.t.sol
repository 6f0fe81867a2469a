// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IMandates} from "interfaces/IMandates.sol";
import {Scope} from "interfaces/Scope.sol";
import {LicenceFixture} from "./LicenceFixture.sol";

/// @dev Mandates. What Brownie's tests show at length, these show to Forge, which measures lines and branches.
contract LicenceMandatesTest is LicenceFixture {
    IMandates.Terms private _asked;

    function _refused(bytes4 selector, address by) private {
        IMandates.Terms memory asked = _asked;
        _refuse(selector, by);
        _licences.grantMandate(asked);
    }

    function testGrantMandateIsSound() public {
        _asked = _terms(0, address(0));
        _refused(IMandates.MandateAgentInvalid.selector, _owner);
        _asked.agent = _owner;
        _refused(IMandates.MandateAgentInvalid.selector, _owner);
        _asked.agent = _agency;
        _asked.scope.media = 0;
        _refused(IMandates.MandateScopeEmpty.selector, _owner);
        _asked.scope = Scope(1, 0, 1, 0);
        _refused(IMandates.MandateScopeEmpty.selector, _owner);
        _asked.scope = Scope(1, 1, 1, 1);
        _refused(IMandates.MandateScopeEmpty.selector, _owner);
        _asked.scope = _scope(7);
        _asked.reportingPeriod = 1 hours - 1;
        _refused(IMandates.MandateReportingPeriodInvalid.selector, _owner);
        _asked.reportingPeriod = 366 days + 1;
        _refused(IMandates.MandateReportingPeriodInvalid.selector, _owner);
        _asked.reportingPeriod = 1 hours;
        _asked.commission = 10_001;
        _refused(IMandates.MandateCommissionInvalid.selector, _owner);
        _asked.commission = 10_000;
        _asked.depth = 8;
        _refused(IMandates.MandateTooDeep.selector, _owner);
        _asked.depth = 7;
        _asked.start = uint40(_now - 1);
        _refused(IMandates.MandatePeriodInvalid.selector, _owner);
        _asked.start = END;
        _refused(IMandates.MandatePeriodInvalid.selector, _owner);
        _asked.start = END - 1;
        _asked.workId = 7;
        _refused(IMandates.MandateNotOwner.selector, _owner);
        _asked.workId = uint256(FILE);
        check(_give(_owner, _asked) == 1 && _licences.mandateCount() == 1, "given");
        IMandates.Mandate memory found = _licences.mandateOf(1);
        check(found.owner == _owner && found.revokedAt == 0, "owner");
        check(keccak256(abi.encode(found.terms)) == keccak256(abi.encode(_asked)), "terms");
    }

    function testGrantMandateWithinTheParent() public {
        _asked = _terms(1, SUB);
        _refused(IMandates.MandateUnknown.selector, _agency);
        IMandates.Terms memory top = _terms(0, _agency);
        top.workId = uint256(FILE);
        top.start = uint40(_now + 10);
        _give(_owner, top);
        _refused(IMandates.MandateNotAgent.selector, _owner);
        bytes4 exceeds = IMandates.MandateExceedsParent.selector;
        _asked.depth = 2;
        _refused(exceeds, _agency);
        _asked.depth = 1;
        _refused(exceeds, _agency);
        _asked.workId = uint256(FILE);
        _asked.scope.media = 8;
        _refused(exceeds, _agency);
        _asked.scope.media = 7;
        _refused(exceeds, _agency);
        _asked.start = top.start;
        _asked.expiresAt = END + 1;
        _refused(exceeds, _agency);
        _asked.expiresAt = END;
        _asked.commission = 1001;
        _refused(exceeds, _agency);
        _asked.commission = 1000;
        _asked.reportingPeriod = 1 days + 1;
        _refused(exceeds, _agency);
        _asked.reportingPeriod = 1 days;
        _asked.exclusive = true;
        _refused(exceeds, _agency);
        _asked.exclusive = false;
        check(_give(_agency, _asked) == 2, "given");
        _end(1, _agency);
        _refused(IMandates.MandateNotLive.selector, _agency);
    }

    function testGrantMandateBesideOthers() public {
        _give(_owner, _exclusive(0, _agency, 1));
        _asked = _terms(0, RIVAL);
        _refused(IMandates.MandateExclusiveOverlap.selector, _owner);
        _asked.start = END;
        _asked.expiresAt = END + 1;
        _give(_owner, _asked);
        _asked = _exclusive(0, RIVAL, 2);
        _asked.start = END - 1;
        _give(_owner, _asked);
        _end(1, _owner);
        check(_give(_owner, _exclusive(0, SUB, 1)) == 4, "after its end");
        _end(4, _owner);
        _asked = _terms(0, RIVAL);
        _asked.scope = _scope(4);
        for (uint256 i = 0; i < 98; ++i) _give(_owner, _asked);
        _refused(IMandates.MandateTooMany.selector, _owner);
    }

    function testRevokeMandate() public {
        _refuse(IMandates.MandateUnknown.selector, _owner);
        _licences.revokeMandate(1);
        _give(_owner, _terms(0, _agency));
        _give(_agency, _terms(1, SUB));
        _refuse(IMandates.MandateUnauthorized.selector, RIVAL);
        _licences.revokeMandate(2);
        _end(2, _agency);
        _refuse(IMandates.MandateAlreadyRevoked.selector, SUB);
        _licences.revokeMandate(2);
        check(_licences.mandateOf(2).revokedAt == _now, "revokedAt");
    }

    function testRequireAuthority() public {
        _give(_owner, _terms(0, _agency));
        IMandates.Terms memory low = _terms(1, SUB);
        low.workId = 5;
        _give(_agency, low);
        uint256 time = _now;
        VM.expectPartialRevert(IMandates.MandateAgentMismatch.selector);
        _licences.requireAuthority(2, _agency, 5, _scope(1), time, time);
        VM.expectPartialRevert(IMandates.MandateWorkOutside.selector);
        _licences.requireAuthority(2, SUB, 6, _scope(1), time, time);
        VM.expectPartialRevert(IMandates.MandateScopeExceeded.selector);
        _licences.requireAuthority(2, SUB, 5, _scope(9), time, time);
        VM.expectPartialRevert(IMandates.MandateNotLive.selector);
        _licences.requireAuthority(2, SUB, 5, _scope(1), time - 1, time);
        VM.expectPartialRevert(IMandates.MandateEvidenceLate.selector);
        _licences.requireAuthority(2, SUB, 5, _scope(1), time, uint256(END) + 1 days + 1);
        (address owner, uint256 period) = _licences.requireAuthority(2, SUB, 5, _scope(1), time, END);
        check(owner == _owner && period == 1 days, "authority");
    }

    function testAuthorityAt() public {
        _give(_owner, _terms(0, _agency));
        IMandates.Terms memory other = _terms(0, _agency);
        other.workId = uint256(FILE);
        _give(_owner, other);
        _pass(100);
        _end(1, _owner);
        uint64[] memory before = _licences.authorityAt(_agency, uint256(FILE), _now - 1);
        check(before.length == 2 && before[0] == 1 && before[1] == 2, "before");
        uint64[] memory present = _licences.authorityAt(_agency, uint256(FILE), _now);
        check(present.length == 1 && present[0] == 2, "after");
        _title("other");
        check(_licences.authorityAt(_agency, uint256(bytes32("other")), _now).length == 0, "another work");
    }

    /// @dev Invariant L1, over random fields near the parent's: what is accepted lies within it.
    function testGrantMandateNeverExceeds(Scope memory scope, uint40 end, uint16 commission, uint8 depth) public {
        IMandates.Terms memory top = _terms(0, _agency);
        top.scope = Scope(0xff00ff, 1000, 1_000_000, type(uint128).max);
        _give(_owner, top);
        IMandates.Terms memory low = _terms(1, SUB);
        low.scope.media = uint64(1 << (scope.media % 24));
        low.scope.territories = 1 << (scope.territories % 140);
        (low.scope.from, low.scope.until) = (998 + (scope.from % 10), 999_993 + (scope.until % 10));
        (low.expiresAt, low.commission, low.depth) = (END - 1 + (end % 3), 999 + (commission % 3), depth % 3);
        bool media = low.scope.media & 0xff00ff != 0 && low.scope.territories <= type(uint128).max;
        bool span = low.scope.from >= 1000 && low.scope.until <= 1_000_000 && low.expiresAt <= END;
        bool within = media && span && low.commission <= 1000 && low.depth < 2;
        VM.prank(_agency);
        try _licences.grantMandate(low) {
            check(within, "exceeds");
        } catch {
            check(!within, "refused");
        }
    }
}
