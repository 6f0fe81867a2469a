// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @dev The cheatcodes these tests use, of those that Forge offers at this address.
interface Vm {
    function warp(uint256 time) external;
    function roll(uint256 blockNumber) external;
    function prank(address sender) external;
    function expectRevert(bytes calldata data) external;
    function expectPartialRevert(bytes4 selector) external;
    function deal(address account, uint256 amount) external;
    function addr(uint256 key) external pure returns (address);
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function getNonce(address account) external view returns (uint64);
    function computeCreateAddress(address deployer, uint256 nonce) external pure returns (address);
}

abstract contract Cheats {
    Vm internal constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    error Failed(string what);

    function check(bool holds, string memory what) internal pure {
        if (!holds) revert Failed(what);
    }
}
