// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {CopyrightRegistry} from "contracts/CopyrightRegistry.sol";
import {RegistryAccessManager} from "contracts/access/RegistryAccessManager.sol";
import {ICopyrightRegistry} from "interfaces/ICopyrightRegistry.sol";
import {Cheats} from "./Vm.sol";

/// @dev Trees of one leaf: the root is the leaf, the proof empty. What Brownie's tests show at length, these show to
/// Forge, which measures the lines and branches that run.
contract CopyrightRegistryTest is Cheats {
    uint256 private constant PERIOD = 30 days;
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);
    address private constant CAROL = address(0xCA201);
    bytes32 private constant MANIFEST = keccak256("manifest");

    AccessManager private _manager;
    CopyrightRegistry private _registry;
    bytes32[] private _none;

    function setUp() public {
        VM.warp(1_000_000);
        VM.roll(100);
        _manager = new RegistryAccessManager(address(this));
        _registry = new CopyrightRegistry(address(_manager), PERIOD);
    }

    function testAnchor() public {
        VM.expectRevert(abi.encodeWithSelector(ICopyrightRegistry.RegistryRootZero.selector));
        _registry.anchor(bytes32(0), MANIFEST);
        bytes32 root = keccak256("root");
        VM.expectRevert(abi.encodeWithSelector(ICopyrightRegistry.RegistryRootUnknown.selector, root));
        _registry.publishManifest(root, MANIFEST);
        _registry.anchor(root, MANIFEST);
        _registry.publishManifest(root, MANIFEST);
        VM.expectRevert(abi.encodeWithSelector(ICopyrightRegistry.RegistryRootAlreadyAnchored.selector, root));
        _registry.anchor(root, MANIFEST);
        ICopyrightRegistry.Anchor memory found = _registry.anchorOf(root);
        check(found.registrant == address(this) && found.time == 1_000_000 && found.blockNumber == 100, "anchorOf");
        check(_registry.anchorOf(MANIFEST).registrant == address(0), "anchorOf none");
    }

    function testRegister(bytes32 contentHash, bytes32 fingerprint, bytes32 metadata) public {
        ICopyrightRegistry.Work memory work = ICopyrightRegistry.Work(contentHash, fingerprint, metadata, ALICE);
        uint256 id = uint256(contentHash);
        bytes32 root = _registry.leafOf(work);
        VM.expectRevert(abi.encodeWithSelector(ICopyrightRegistry.RegistryRootUnknown.selector, root));
        _registry.register(work, root, _none);
        _registry.anchor(root, MANIFEST);
        VM.expectRevert(abi.encodeWithSelector(ICopyrightRegistry.RegistryAnchorTooRecent.selector, root, 100));
        _registry.register(work, root, _none);
        _pass(12);
        work.owner = BOB;
        VM.expectRevert(abi.encodeWithSelector(ICopyrightRegistry.RegistryProofInvalid.selector, id, root));
        _registry.register(work, root, _none);
        work.owner = address(0);
        VM.expectRevert(abi.encodeWithSelector(ICopyrightRegistry.RegistryOwnerZero.selector));
        _registry.register(work, root, _none);
        work.owner = ALICE;
        VM.expectRevert(abi.encodeWithSelector(ICopyrightRegistry.RegistryWorkUnknown.selector, id));
        _registry.titleOf(id);
        _registry.register(work, root, _none);
        VM.expectRevert(abi.encodeWithSelector(ICopyrightRegistry.RegistryWorkAlreadyRegistered.selector, id));
        _registry.register(work, root, _none);
        ICopyrightRegistry.Title memory title = _registry.titleOf(id);
        check(title.owner == ALICE && title.metadata == metadata, "title");
        check(title.anchoredAt == 1_000_000 && title.registeredAt == 1_000_012, "times");
        check(!title.contested && !title.superseded, "flags");
        check(_registry.balanceOf(ALICE) == 1 && _registry.ownerOf(id) == ALICE, "balance");
        check(bytes(_registry.tokenURI(id)).length == 66, "tokenURI");
    }

    function testRegisterMany() public {
        ICopyrightRegistry.Work[] memory works = new ICopyrightRegistry.Work[](1);
        works[0] = _work("one", ALICE);
        bytes32[][] memory proofs = new bytes32[][](0);
        bytes32 root = _anchor(works[0]);
        VM.expectRevert(abi.encodeWithSelector(ICopyrightRegistry.RegistryArrayLengthMismatch.selector, 1, 0));
        _registry.registerMany(works, root, proofs);
        proofs = new bytes32[][](1);
        check(_registry.registerMany(works, root, proofs) == 1, "minted");
        check(_registry.registerMany(works, root, proofs) == 0, "passed over");
        uint256[] memory ids = new uint256[](2);
        ids[0] = uint256(works[0].contentHash);
        ICopyrightRegistry.Title[] memory titles = _registry.titlesOf(ids);
        check(titles[0].owner == ALICE && titles[1].owner == address(0), "titlesOf");
    }

    function testOppose() public {
        ICopyrightRegistry.Work memory first = _work("first", ALICE);
        ICopyrightRegistry.Work memory second = _work("second", BOB);
        ICopyrightRegistry.Work memory third = _work("third", BOB);
        bytes32 firstRoot = _anchor(first);
        bytes32 secondRoot = _anchor(second);
        bytes32 thirdRoot = _anchor(third);
        uint256 id = uint256(first.contentHash);
        VM.expectRevert(abi.encodeWithSelector(ICopyrightRegistry.RegistryWorkUnknown.selector, id));
        _registry.oppose(first, firstRoot, _none);
        _registry.register(third, thirdRoot, _none);
        VM.expectRevert(abi.encodeWithSelector(ICopyrightRegistry.RegistryRootUnknown.selector, MANIFEST));
        _registry.oppose(first, MANIFEST, _none);
        uint256 time = 1_000_024;
        VM.expectRevert(
            abi.encodeWithSelector(ICopyrightRegistry.RegistryAnchorNotEarlier.selector, id, time, time)
        );
        _registry.oppose(third, thirdRoot, _none);
        _registry.oppose(second, secondRoot, _none);
        check(_registry.titleOf(id).anchoredAt == 1_000_012, "improved");
        _registry.oppose(first, firstRoot, _none);
        ICopyrightRegistry.Title memory title = _registry.titleOf(id);
        check(title.owner == ALICE && title.superseded && title.anchoredAt == 1_000_000, "superseded");
        check(title.metadata == first.metadata && title.registeredAt == 1_000_036, "moved");
    }

    function testOpposeAfterThePeriod() public {
        ICopyrightRegistry.Work memory first = _work("first", ALICE);
        ICopyrightRegistry.Work memory second = _work("second", BOB);
        bytes32 firstRoot = _anchor(first);
        bytes32 secondRoot = _anchor(second);
        _registry.register(second, secondRoot, _none);
        _pass(PERIOD + 1);
        _registry.oppose(first, firstRoot, _none);
        ICopyrightRegistry.Title memory title = _registry.titleOf(uint256(first.contentHash));
        check(title.owner == BOB && title.contested && !title.superseded, "contested");
    }

    function testOwnerAt() public {
        ICopyrightRegistry.Work memory work = _work("one", ALICE);
        bytes32 root = _anchor(work);
        _registry.register(work, root, _none);
        uint256 id = uint256(work.contentHash);
        address[5] memory owners = [ALICE, BOB, CAROL, CAROL, ALICE];
        for (uint256 i = 1; i < 5; ++i) {
            _pass(12);
            VM.prank(owners[i - 1]);
            _registry.transferFrom(owners[i - 1], owners[i], id);
        }
        for (uint256 i = 0; i < 5; ++i) {
            check(_registry.ownerAt(id, 1_000_012 + 12 * i) == owners[i], "ownerAt");
        }
        check(_registry.ownerAt(id, 1_000_011) == address(0), "before");
        check(_registry.ownerAt(7, block.timestamp) == address(0), "no title");
        uint256 future = block.timestamp + 1;
        VM.expectRevert(abi.encodeWithSelector(ICopyrightRegistry.RegistryTimeInFuture.selector, future));
        _registry.ownerAt(id, future);
    }

    function testTransfer() public {
        ICopyrightRegistry.Work memory work = _work("one", ALICE);
        _registry.register(work, _anchor(work), _none);
        uint256 id = uint256(work.contentHash);
        VM.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InsufficientApproval.selector, address(this), id));
        _registry.transferFrom(ALICE, BOB, id);
        VM.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidOwner.selector, address(0)));
        _registry.balanceOf(address(0));
        VM.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 7));
        _registry.tokenURI(7);
        check(_registry.supportsInterface(type(ICopyrightRegistry).interfaceId), "own interface");
        check(_registry.supportsInterface(type(IERC721).interfaceId), "ERC-721");
        check(!_registry.supportsInterface(0xffffffff), "none");
        check(_registry.oppositionPeriod() == PERIOD, "period");
    }

    function testAttest() public {
        _registry.attest(ALICE, MANIFEST, uint40(block.timestamp + 1));
        check(_registry.attestationOf(ALICE, address(this)).evidence == MANIFEST, "attested");
        VM.expectRevert(
            abi.encodeWithSelector(ICopyrightRegistry.RegistryAttestationExpired.selector, block.timestamp)
        );
        _registry.attest(ALICE, MANIFEST, uint40(block.timestamp));
        _registry.revokeAttestation(ALICE);
        VM.expectRevert(
            abi.encodeWithSelector(
                ICopyrightRegistry.RegistryAttestationUnknown.selector,
                ALICE,
                address(this)
            )
        );
        _registry.revokeAttestation(ALICE);
        check(_registry.attestationOf(ALICE, address(this)).expiresAt == 0, "revoked");
        bytes memory unauthorized = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, BOB);
        VM.expectRevert(unauthorized);
        VM.prank(BOB);
        _registry.attest(ALICE, MANIFEST, 2_000_000);
        VM.expectRevert(unauthorized);
        VM.prank(BOB);
        _registry.revokeAttestation(ALICE);
    }

    function testPause() public {
        ICopyrightRegistry.Work memory work = _work("one", ALICE);
        bytes32 root = _anchor(work);
        _registry.pause();
        bytes memory paused = abi.encodeWithSelector(Pausable.EnforcedPause.selector);
        VM.expectRevert(paused);
        _registry.anchor(MANIFEST, MANIFEST);
        VM.expectRevert(paused);
        _registry.register(work, root, _none);
        VM.expectRevert(paused);
        _registry.registerMany(new ICopyrightRegistry.Work[](0), root, new bytes32[][](0));
        _registry.unpause();
        _registry.register(work, root, _none);
        bytes memory unauthorized = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, BOB);
        VM.expectRevert(unauthorized);
        VM.prank(BOB);
        _registry.pause();
        VM.expectRevert(unauthorized);
        VM.prank(BOB);
        _registry.unpause();
    }

    function _pass(uint256 time) private {
        VM.warp(block.timestamp + time);
        VM.roll(block.number + 1);
    }

    function _anchor(ICopyrightRegistry.Work memory work) private returns (bytes32 root) {
        root = _registry.leafOf(work);
        _registry.anchor(root, MANIFEST);
        _pass(12);
    }

    /// @dev One file; the metadata differs.
    function _work(string memory metadata, address owner) private pure returns (ICopyrightRegistry.Work memory) {
        return ICopyrightRegistry.Work(keccak256("file"), keccak256("print"), keccak256(bytes(metadata)), owner);
    }
}
