// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {CopyrightRegistry} from "contracts/CopyrightRegistry.sol";
import {LicenceRegistry} from "contracts/LicenceRegistry.sol";
import {RegistryAccessManager} from "contracts/access/RegistryAccessManager.sol";
import {ICopyrightRegistry} from "interfaces/ICopyrightRegistry.sol";
import {ILicences} from "interfaces/ILicences.sol";
import {IMandates} from "interfaces/IMandates.sol";
import {ISalesReports} from "interfaces/ISalesReports.sol";
import {Scope} from "interfaces/Scope.sol";
import {Cheats} from "./Vm.sol";

/// @dev An owner with a titled work, and the shortest way to say what a mandate, a licence and a report are.
abstract contract LicenceFixture is Cheats {
    uint256 internal constant OWNER_KEY = 0xA11CE;
    uint256 internal constant AGENCY_KEY = 0xA6E;
    uint40 internal constant FOREVER = type(uint40).max;
    uint40 internal constant END = 2_000_000_000;
    address internal constant SUB = address(0x5AB);
    address internal constant RIVAL = address(0x21A1);
    address internal constant BUYER = address(0xB0B);
    bytes32 internal constant FILE = keccak256("file");

    address internal _owner;
    address internal _agency;
    CopyrightRegistry internal _registry;
    LicenceRegistry internal _licences;
    bytes32[] internal _none;
    uint256 internal _now;

    function setUp() public virtual {
        _pass(1_000_000);
        _owner = VM.addr(OWNER_KEY);
        _agency = VM.addr(AGENCY_KEY);
        AccessManager manager = new RegistryAccessManager(address(this));
        _registry = new CopyrightRegistry(address(manager), 30 days);
        _licences = new LicenceRegistry(address(manager), _registry);
        _title(FILE);
        _pass(30 days + 1);
    }

    /// @dev Kept here: the compiler takes the block's time for constant within a function.
    function _pass(uint256 time) internal {
        _now += time;
        VM.warp(_now);
    }

    function _title(bytes32 contentHash) internal {
        ICopyrightRegistry.Work memory work = ICopyrightRegistry.Work(contentHash, FILE, FILE, _owner);
        bytes32 root = _registry.leafOf(work);
        _registry.anchor(root, FILE);
        VM.roll(block.number + 1);
        _registry.register(work, root, _none);
    }

    function _sell(address from, address to) internal {
        VM.prank(from);
        _registry.transferFrom(from, to, uint256(FILE));
    }

    /// @dev The next call is by this account and must revert with this error.
    function _refuse(bytes4 selector, address by) internal {
        VM.expectPartialRevert(selector);
        VM.prank(by);
    }

    function _scope(uint64 media) internal pure returns (Scope memory) {
        return Scope(media, 0, FOREVER, 3);
    }

    function _terms(uint64 parent, address agent) internal pure returns (IMandates.Terms memory) {
        uint8 depth = parent == 0 ? 2 : 1;
        return IMandates.Terms(parent, agent, 0, _scope(7), 0, END, 1 days, 1000, depth, false);
    }

    function _narrow(uint64 parent, address agent) internal pure returns (IMandates.Terms memory terms) {
        terms = _terms(parent, agent);
        terms.scope = _scope(1);
    }

    function _exclusive(
        uint64 parent,
        address agent,
        uint64 media
    ) internal pure returns (IMandates.Terms memory terms) {
        terms = _terms(parent, agent);
        terms.exclusive = true;
        terms.scope = _scope(media);
    }

    function _give(address by, IMandates.Terms memory terms) internal returns (uint64) {
        VM.prank(by);
        return _licences.grantMandate(terms);
    }

    function _end(uint64 mandate, address by) internal {
        VM.prank(by);
        _licences.revokeMandate(mandate);
    }

    function _licence(address licensor, uint64 mandate) internal view returns (ILicences.Licence memory licence) {
        licence.workId = uint256(FILE);
        licence.licensor = licensor;
        licence.mandate = mandate;
        licence.licensee = BUYER;
        licence.endUser = _endUser("example.com");
        licence.scope = _scope(1);
        licence.issuedAt = uint40(_now);
    }

    function _flagged(
        address licensor,
        uint64 mandate,
        uint8 flags
    ) internal view returns (ILicences.Licence memory licence) {
        licence = _licence(licensor, mandate);
        licence.flags = flags;
    }

    /// @dev Grants now; the licence comes back dated.
    function _grant(ILicences.Licence memory licence) internal returns (bytes32 id) {
        licence.issuedAt = 0;
        VM.prank(licence.licensor);
        id = _licences.grantLicence(licence);
        licence.issuedAt = uint40(_now);
    }

    function _sign(uint256 key, ILicences.Licence memory licence) internal returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(key, _licences.licenceIdOf(licence));
        return abi.encodePacked(r, s, v);
    }

    /// @dev A report of one sale, as the licensor's: the root is the leaf.
    function _report(address by, bytes32 id) internal returns (ILicences.Inclusion memory inclusion) {
        (uint40 previous, uint64 index) = _licences.booksOf(by);
        uint40 through = uint40(_now - 1);
        VM.prank(by);
        _licences.submitReport(_leaf(id), 1, through, FILE);
        inclusion.index = index;
        inclusion.report = ISalesReports.Report(1, previous, through, uint40(_now));
    }

    function _leaf(bytes32 id) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(bytes.concat(id))));
    }

    function _endUser(string memory name) internal pure returns (bytes32) {
        return keccak256(abi.encode(name, bytes32(0)));
    }

    function _use(string memory name, uint256 time) internal pure returns (ILicences.Use memory) {
        return ILicences.Use(name, bytes32(0), 1, 1, uint40(time));
    }
}
