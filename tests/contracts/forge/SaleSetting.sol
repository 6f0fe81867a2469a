// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {RegistryAccessManager} from "contracts/access/RegistryAccessManager.sol";
import {TokenSale} from "contracts/sale/TokenSale.sol";
import {RegistryToken} from "contracts/token/RegistryToken.sol";
import {ISaleTerms} from "interfaces/ISaleTerms.sol";
import {ISaleWhitelist} from "interfaces/ISaleWhitelist.sol";
import {Cheats} from "./Vm.sol";

/// @dev A small sale for Forge's tests: three rounds, three tranches, and who may do what.
abstract contract SaleSetting is Cheats {
    uint64 internal constant OPERATOR = 3;
    uint64 internal constant PAUSER = 2;
    uint256 internal constant OPERATOR_KEY = 0x0b;
    uint256 internal constant START = 1_000_000;
    uint256 internal constant CLOSING = START + 4000;
    address internal constant WALLET = address(0xF1);
    address internal constant TEAM = address(0xF2);
    address internal constant PAUSING = address(0xF3);
    address internal constant ALICE = address(0xA11CE);
    address internal constant BOB = address(0xB0B);
    uint96 internal constant MINIMUM = 0.1 ether;
    uint96 internal constant MAXIMUM = 3 ether;
    uint96 internal constant GOAL = 4 ether;
    uint96 internal constant CAP = 6 ether + 1;
    uint96 internal constant FOR_SALE = 8000 ether;
    uint96 internal constant TEAM_TOKENS = 5000 ether;

    RegistryAccessManager internal _manager;
    RegistryToken internal _token;
    TokenSale internal _sale;
    address internal _operator;

    function _terms() internal pure returns (ISaleTerms.Parameters memory given) {
        given.wallet = WALLET;
        given.teamWallet = TEAM;
        given.teamTokens = TEAM_TOKENS;
        given.goal = GOAL;
        given.cap = CAP;
        given.minimum = MINIMUM;
        given.maximum = MAXIMUM;
        given.acceptsBareEther = true;
        given.rounds = new ISaleTerms.Round[](3);
        given.rounds[0] = _round(0, 1000, 0, 2000, ISaleTerms.WhitelistRule.List);
        given.rounds[1] = _round(2000, 3000, 0, 0, ISaleTerms.WhitelistRule.ListOrApproval);
        given.rounds[2] = _round(3000, 4000, 900, 33, ISaleTerms.WhitelistRule.None);
        given.tranches = new ISaleTerms.Tranche[](3);
        given.tranches[0] = ISaleTerms.Tranche(2000 ether, 1554);
        given.tranches[1] = ISaleTerms.Tranche(4000 ether, 1178);
        given.tranches[2] = ISaleTerms.Tranche(FOR_SALE, 1000);
    }

    function _round(
        uint256 opening,
        uint256 closing,
        uint32 rate,
        uint16 bonus,
        ISaleTerms.WhitelistRule rule
    ) internal pure returns (ISaleTerms.Round memory) {
        return ISaleTerms.Round(uint40(START + opening), uint40(START + closing), rate, bonus, rule);
    }

    /// @dev The sale of some terms, at `held` units: deployed by this contract, which stays the manager's admin.
    function _deploy(ISaleTerms.Parameters memory given, uint256 held) internal {
        address foretold = VM.computeCreateAddress(address(this), VM.getNonce(address(this)) + 1);
        if (given.token == address(0)) {
            _token = new RegistryToken("Registry Token", "REG", held, foretold);
            given.token = address(_token);
        }
        _sale = new TokenSale(given);
    }

    function _setUp() internal {
        VM.warp(START - 1000);
        _operator = VM.addr(OPERATOR_KEY);
        _manager = new RegistryAccessManager(address(this));
        ISaleTerms.Parameters memory given = _terms();
        given.authority = address(_manager);
        _deploy(given, FOR_SALE + TEAM_TOKENS);
        _giveRoles();
    }

    function _giveRoles() internal {
        bytes4[] memory operators = new bytes4[](3);
        operators[0] = _sale.setWhitelisted.selector;
        operators[1] = _sale.setBlocked.selector;
        operators[2] = _sale.cancelApprovals.selector;
        bytes4[] memory pausers = new bytes4[](2);
        pausers[0] = _sale.pause.selector;
        pausers[1] = _sale.unpause.selector;
        _manager.setTargetFunctionRole(address(_sale), operators, OPERATOR);
        _manager.setTargetFunctionRole(address(_sale), pausers, PAUSER);
        _manager.grantRole(OPERATOR, _operator, 0);
        _manager.grantRole(PAUSER, PAUSING, 0);
    }

    function _approval(address buyer) internal view returns (ISaleWhitelist.Approval memory) {
        return ISaleWhitelist.Approval(buyer, _operator, _sale.accountOf(buyer).nonce, CLOSING + 1);
    }

    function _signature(
        TokenSale sale,
        ISaleWhitelist.Approval memory approval,
        uint256 key
    ) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(key, sale.approvalDigest(approval));
        return abi.encodePacked(r, s, v);
    }

    function _list(address account) internal pure returns (address[] memory accounts) {
        accounts = new address[](1);
        accounts[0] = account;
    }

    /// @dev Terms with the token of the deployed sale.
    function _given() internal view returns (ISaleTerms.Parameters memory given) {
        given = _terms();
        given.authority = address(_manager);
        given.token = address(_token);
    }
}
