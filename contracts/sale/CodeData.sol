// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Data as code
/// @notice A contract whose code is data: read whole for the price of one slot, and nobody can change it.
/// @dev The data must begin with a zero byte, as abi.encode's offsets do: the opcode STOP, so a call does nothing.
contract CodeData {
    constructor(bytes memory data) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            return(add(data, 32), mload(data))
        }
    }
}
