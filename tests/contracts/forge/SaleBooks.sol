// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISaleWhitelist} from "interfaces/ISaleWhitelist.sol";
import {SaleSetting} from "./SaleSetting.sol";

/// @dev What a sale must have done, kept by whoever acts on it and never read from it.
abstract contract SaleBooks is SaleSetting {
    struct Books {
        uint256 paid;
        uint256 tokens;
        uint256 credit;
        uint256 nonce;
        bool listed;
        bool blocked;
    }

    address[5] internal _actors = [ALICE, BOB, address(0xC1), address(0xC2), address(0xC3)];
    mapping(address actor => Books) internal _books;
    ISaleWhitelist.Approval[] internal _used;
    bytes[] internal _usedSignatures;

    uint256 public raised;
    uint256 public sold;
    uint256 public forced;
    uint256 public paidOut;
    uint256 public time = START - 5;
    uint256 public lastPurchaseAt;
    bool public paused;
    bool public finalised;
    bool public withdrawn;

    function actors() external view returns (address[5] memory) {
        return _actors;
    }

    function books(address actor) external view returns (Books memory) {
        return _books[actor];
    }

    function owed() external view returns (uint256 ether_, uint256 tokens, uint256 credits) {
        for (uint256 i = 0; i < _actors.length; ++i) {
            Books storage one = _books[_actors[i]];
            ether_ += one.paid;
            tokens += one.tokens;
            credits += one.credit;
        }
        if (finalised && raised >= GOAL) ether_ = withdrawn ? 0 : raised;
        if (finalised && raised < GOAL) tokens = 0;
    }

    function _bought(address sender, address account, uint256 value, uint256 cost, uint256 tokens) internal {
        lastPurchaseAt = time;
        raised += cost;
        sold += tokens;
        _books[account].paid += cost;
        _books[account].tokens += tokens;
        _books[sender].credit += value - cost;
    }

    function _buyable(
        address sender,
        address account,
        uint256 value,
        uint256 cost
    ) internal view returns (bool) {
        if (paused || _round() == 3 || _soldOut() || value < MINIMUM) return false;
        if (_books[sender].blocked || _books[account].blocked) return false;
        return _books[account].paid + cost <= MAXIMUM;
    }

    function _signed(address buyer) internal view returns (ISaleWhitelist.Approval memory) {
        return ISaleWhitelist.Approval(buyer, _operator, _books[buyer].nonce, CLOSING + 1);
    }

    function _soldOut() internal view returns (bool) {
        return sold == FOR_SALE || raised == CAP;
    }

    /// @dev Zero to two, or three when none is open.
    function _round() internal view returns (uint256) {
        uint256 second = time < START ? 5000 : time - START;
        if (second < 1000) return 0;
        if (second < 2000 || second >= 4000) return 3;
        return second < 3000 ? 1 : 2;
    }

    /// @dev Prices by tables of their own.
    function _priced(uint256 value) internal view returns (uint256 cost, uint256 tokens) {
        uint256 budget = raised + value > CAP ? CAP - raised : value;
        uint16[3] memory rates = [uint16(1554), 1178, 1000];
        uint256[3] memory ends = [uint256(2000 ether), 4000 ether, 8000 ether];
        uint256[3] memory percents = [uint256(12_000), 10_000, 10_033];
        uint256 round = _round();
        if (round == 3) return (0, 0);
        for (uint256 i = 0; i < 3; ++i) {
            uint256 position = sold + tokens;
            if (position >= ends[i]) continue;
            uint256 rate = (round == 2 ? 900 : uint256(rates[i])) * percents[round];
            uint256 affordable = ((budget - cost) * rate) / 10_000;
            if (affordable < ends[i] - position) return (budget, tokens + affordable);
            uint256 price = ((ends[i] - position) * 10_000) / rate;
            if (price * rate < (ends[i] - position) * 10_000) ++price;
            cost += price;
            tokens += ends[i] - position;
        }
    }

    function _actor(uint256 seed) internal view returns (address) {
        return _actors[seed % _actors.length];
    }
}
