// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";

/// @title ERC-721 whose ownership is a function of time
/// @notice One slot holds a title's owner, its anchor's time, since when the owner has it, and its flags. Every change
/// of owner appends the past period.
abstract contract TimedTitles is ERC721 {
    struct Holding {
        address owner;
        uint40 anchoredAt;
        uint40 since;
        bool contested;
        bool superseded;
    }

    struct Period {
        address owner;
        uint40 since;
    }

    mapping(uint256 workId => Holding) internal _holdings;
    mapping(uint256 workId => Period[]) private _past;
    mapping(address owner => uint256) private _balances;

    /// @inheritdoc ERC721
    function balanceOf(address owner) public view override returns (uint256) {
        if (owner == address(0)) revert ERC721InvalidOwner(address(0));
        return _balances[owner];
    }

    /// @dev Mints without asking the receiver: a contract that is a leaf's owner must not be able to refuse a title.
    function _mintTitle(address to, uint256 workId, uint40 anchoredAt) internal {
        ++_balances[to];
        _holdings[workId] = Holding(to, anchoredAt, uint40(block.timestamp), false, false);
        emit Transfer(address(0), to, workId);
    }

    /// @dev Every change of owner after minting comes through here; approvals end with it.
    function _update(address to, uint256 workId, address auth) internal override returns (address from) {
        Holding storage holding = _holdings[workId];
        from = holding.owner;
        if (auth != address(0)) _checkAuthorized(from, auth, workId);
        _approve(address(0), workId, address(0), false);
        if (from != to) {
            _past[workId].push(Period(from, holding.since));
            --_balances[from];
            ++_balances[to];
            holding.owner = to;
            holding.since = uint40(block.timestamp);
        }
        emit Transfer(from, to, workId);
    }

    function _ownerOf(uint256 workId) internal view override returns (address) {
        return _holdings[workId].owner;
    }

    /// @dev Start of the first period: when the title was minted. Zero for a work without title.
    function _registeredAt(uint256 workId) internal view returns (uint40) {
        Period[] storage past = _past[workId];
        return past.length == 0 ? _holdings[workId].since : past[0].since;
    }

    /// @dev Binary search for the last period that began at or before `time`; zero when there is none.
    function _ownerAt(uint256 workId, uint256 time) internal view returns (address) {
        Holding storage holding = _holdings[workId];
        if (holding.since <= time) return holding.owner;
        Period[] storage past = _past[workId];
        uint256 low = 0;
        uint256 high = past.length;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (past[middle].since <= time) low = middle + 1;
            else high = middle;
        }
        return low == 0 ? address(0) : past[low - 1].owner;
    }
}
