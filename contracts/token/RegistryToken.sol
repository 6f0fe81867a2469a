// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IRegistryToken} from "../../interfaces/IRegistryToken.sol";

/// @title RegistryToken
/// @notice All of it is minted at deployment; no owner, no role, no mint.
contract RegistryToken is IRegistryToken, ERC20Burnable, ERC20Permit {
    /// @inheritdoc IRegistryToken
    uint256 public immutable override cap;

    /// @param name_ its name, also in permits' EIP-712 domain
    /// @param symbol_ its symbol
    /// @param supply all that ever exists, units
    /// @param holder who gets it: the sale
    constructor(
        string memory name_,
        string memory symbol_,
        uint256 supply,
        address holder
    ) ERC20(name_, symbol_) ERC20Permit(name_) {
        cap = supply;
        _mint(holder, supply);
    }

    /// @inheritdoc IRegistryToken
    function burn(uint256 value) public override(IRegistryToken, ERC20Burnable) {
        super.burn(value);
    }

    /// @inheritdoc IRegistryToken
    function burnFrom(address account, uint256 value) public override(IRegistryToken, ERC20Burnable) {
        super.burnFrom(account, value);
    }

    /// @inheritdoc IERC20Permit
    function nonces(address owner) public view override(IERC20Permit, ERC20Permit) returns (uint256) {
        return super.nonces(owner);
    }
}
