// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {ILicences} from "interfaces/ILicences.sol";
import {Scope} from "interfaces/Scope.sol";
import {LicenceFixture} from "./LicenceFixture.sol";

/// @dev End users, the answer to a use, and pausing.
contract LicenceCoversTest is LicenceFixture {
    function testNameEndUser() public {
        ILicences.Licence memory licence = _flagged(_owner, 0, 8);
        licence.seats = 2;
        bytes32 id = _grant(licence);
        bytes32 client = _endUser("client.org");
        _refuse(ILicences.LicenceNotHolder.selector, _owner);
        _licences.nameEndUser(licence, client);
        _refuse(ILicences.LicenceEndUserInvalid.selector, BUYER);
        _licences.nameEndUser(licence, bytes32(0));
        _refuse(ILicences.LicenceEndUserInvalid.selector, BUYER);
        _licences.nameEndUser(licence, licence.endUser);
        VM.prank(BUYER);
        _licences.nameEndUser(licence, client);
        check(_licences.namedAt(id, client) == _now, "namedAt");
        _refuse(ILicences.LicenceEndUserAlreadyNamed.selector, BUYER);
        _licences.nameEndUser(licence, client);
        check(_licences.covers(licence, _use("client.org", _now)) == 0, "named");
        check(_licences.covers(licence, _use("client.org", _now - 1)) == 8, "before");
        VM.prank(_owner);
        _licences.revokeLicence(licence);
        _refuse(ILicences.LicenceAlreadyRevoked.selector, BUYER);
        _licences.nameEndUser(licence, FILE);
        check(_licences.recordOf(id).seatsUsed == 1, "seats");
    }

    function testNameEndUserNeedsASeat() public {
        ILicences.Licence memory licence = _licence(_owner, 0);
        _refuse(ILicences.LicenceUnknown.selector, BUYER);
        _licences.nameEndUser(licence, FILE);
        _grant(licence);
        _refuse(ILicences.LicenceSeatsTaken.selector, BUYER);
        _licences.nameEndUser(licence, FILE);
    }

    function testCovers() public {
        ILicences.Licence memory licence = _licence(_owner, 0);
        licence.scope = Scope(6, 100, 200, 6);
        ILicences.Use memory use = _use("example.com", 99);
        VM.expectPartialRevert(ILicences.LicenceUnknown.selector);
        _licences.covers(licence, use);
        _grant(licence);
        check(_licences.covers(licence, use) == 7, "all outside");
        use.time = 200;
        check(_licences.covers(licence, use) == 7, "after");
        (use.time, use.media, use.territories) = (199, 0, 0);
        check(_licences.covers(licence, use) == 0, "covered");
        use.time = uint40(_now + 1);
        VM.expectPartialRevert(ILicences.LicenceTimeInFuture.selector);
        _licences.covers(licence, use);
        VM.expectPartialRevert(ILicences.LicenceEndUserMismatch.selector);
        _licences.covers(licence, _use("example.org", 1));
    }

    /// @dev The bits are those of set theory, over random scopes and uses.
    function testCoversIsSetTheory(Scope memory scope, uint64 media, uint256 territories, uint40 time) public {
        if (scope.media == 0 || scope.territories == 0 || scope.from >= scope.until) return;
        if (time > _now) return;
        ILicences.Licence memory licence = _licence(_owner, 0);
        licence.scope = scope;
        _grant(licence);
        ILicences.Use memory use = ILicences.Use("example.com", bytes32(0), media, territories, time);
        uint8 expected = media | scope.media == scope.media ? 0 : 1;
        if (territories | scope.territories != scope.territories) expected += 2;
        if (!(scope.from <= time && time < scope.until)) expected += 4;
        check(_licences.covers(licence, use) == expected, "outside");
    }

    function testPause() public {
        ILicences.Licence memory licence = _licence(_owner, 0);
        licence.issuedAt = 0;
        _licences.pause();
        VM.expectRevert(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        VM.prank(_owner);
        _licences.grantLicence(licence);
        _licences.unpause();
        _grant(licence);
        bytes memory unauthorized = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, BUYER);
        VM.expectRevert(unauthorized);
        VM.prank(BUYER);
        _licences.pause();
        VM.expectRevert(unauthorized);
        VM.prank(BUYER);
        _licences.unpause();
    }
}
