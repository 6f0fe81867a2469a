// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

/// @title The registry token
/// @notice ERC-20 with permit (ERC-2612). All of it is minted at deployment; it has no owner, nobody can mint later.
/// @dev Normative text: docs/specification.md, section 10. 18 decimals. Errors of transfers are those of ERC-6093,
/// those of permit OpenZeppelin's: ERC2612ExpiredSignature, ERC2612InvalidSigner.
interface IRegistryToken is IERC20Metadata, IERC20Permit {
    /// @notice Destroys the caller's tokens.
    /// @dev Emits Transfer to zero. Requirements:
    /// - the caller has them (ERC20InsufficientBalance)
    /// @param value units
    function burn(uint256 value) external;

    /// @notice Destroys an account's tokens, out of the caller's allowance.
    /// @dev Emits Transfer to zero. Requirements:
    /// - the caller is allowed to (ERC20InsufficientAllowance)
    /// - the account has them (ERC20InsufficientBalance)
    /// @param account whose tokens
    /// @param value units
    function burnFrom(address account, uint256 value) external;

    /// @notice The most that ever exists: what was minted at deployment, units.
    function cap() external view returns (uint256);
}
