// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @notice What a licence or a mandate covers.
/// @param media a bit per PLUS media class
/// @param from first second inside, Unix seconds
/// @param until first second after, Unix seconds
/// @param territories a bit per ISO 3166-1 country
struct Scope {
    uint64 media;
    uint40 from;
    uint40 until;
    uint256 territories;
}
