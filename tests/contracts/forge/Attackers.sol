// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @dev Attackers of the sale, for the tests of Forge and of Brownie. They know no interface: they send what they are
/// given.
abstract contract Caller {
    function run(address target, uint256 value, bytes calldata data) external payable {
        (bool done, bytes memory returned) = target.call{value: value}(data);
        if (done) return;
        assembly ("memory-safe") {
            revert(add(returned, 32), mload(returned))
        }
    }
}

/// @notice Buys, and never takes ether back.
contract Refuser is Caller {}

/// @notice A sale's wallet that does many calls in one transaction, with money lent for as long as that.
contract Borrower {
    receive() external payable {}

    function runAll(address target, uint256[] calldata values, bytes[] calldata data) external {
        for (uint256 i = 0; i < data.length; ++i) {
            (bool done, bytes memory returned) = target.call{value: values[i]}(data[i]);
            if (done) continue;
            assembly ("memory-safe") {
                revert(add(returned, 32), mload(returned))
            }
        }
    }
}

/// @notice When ether reaches it, calls the sender with whatever it was armed with.
contract Reentrant is Caller {
    bytes[] private _armed;
    bytes[] private _answers;
    uint256 public succeeded;

    receive() external payable {
        for (uint256 i = 0; i < _armed.length; ++i) {
            (bool done, bytes memory returned) = msg.sender.call(_armed[i]);
            if (done) ++succeeded;
            _answers.push(returned);
        }
    }

    function arm(bytes calldata data) external {
        _armed.push(data);
    }

    function answers() external view returns (bytes[] memory) {
        return _answers;
    }
}

/// @notice Forces its ether upon an address.
contract Forcer {
    constructor(address payable target) payable {
        selfdestruct(target);
    }
}

/// @notice An ERC-1271 account that signs what it allowed; a hostile one answers something else.
contract Signer {
    mapping(bytes32 digest => bytes) private _answers;

    function allow(bytes32 digest, bytes calldata answer) external {
        _answers[digest] = answer;
    }

    function isValidSignature(bytes32 digest, bytes calldata) external view returns (bytes32) {
        bytes memory answer = _answers[digest];
        assembly ("memory-safe") {
            return(add(answer, 32), mload(answer))
        }
    }
}
