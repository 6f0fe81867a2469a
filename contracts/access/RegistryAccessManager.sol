// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

/// @title The one place that holds every role
/// @notice OpenZeppelin's AccessManager, unchanged; roles are listed in docs/specification.md, section 2.
contract RegistryAccessManager is AccessManager {
    constructor(address initialAdmin) AccessManager(initialAdmin) {}
}
