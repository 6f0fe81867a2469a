// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Scope} from "../../interfaces/Scope.sol";

/// @title Scopes as sets: empty, within, overlapping
library Scopes {
    /// @dev Whether it covers nothing.
    function isEmpty(Scope memory scope) internal pure returns (bool) {
        return scope.media == 0 || scope.territories == 0 || scope.from >= scope.until;
    }

    /// @dev Whether everything in `inner` is in `outer`.
    function isWithin(Scope memory inner, Scope memory outer) internal pure returns (bool) {
        return
            inner.media & ~outer.media == 0 &&
            inner.territories & ~outer.territories == 0 &&
            inner.from >= outer.from &&
            inner.until <= outer.until;
    }

    /// @dev Whether something is in both.
    function overlaps(Scope memory a, Scope memory b) internal pure returns (bool) {
        return
            a.media & b.media != 0 &&
            a.territories & b.territories != 0 &&
            a.from < b.until &&
            b.from < a.until;
    }
}
