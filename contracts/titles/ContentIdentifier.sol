// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Content identifiers of raw IPFS blocks
/// @notice CIDv1, codec raw (0x55), multihash sha2-256 (0x12, 32 bytes), base32 lower case without padding: RFC 4648
/// alphabet with multibase prefix "b". See https://github.com/multiformats/cid.
library ContentIdentifier {
    bytes32 private constant ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
    uint256 private constant CHARACTERS = 58;

    /// @notice The CID of a block whose SHA-256 is `digest`.
    function ofDigest(bytes32 digest) internal pure returns (string memory) {
        bytes memory text = new bytes(1 + CHARACTERS);
        text[0] = "b";
        // 36 bytes are 288 bits: 57 groups of 5 and a last one of 3, padded with two zero bits to 290.
        uint256 low = uint256(digest) << 2;
        uint256 high = (0x01551220 << 2) | (uint256(digest) >> 254);
        for (uint256 i = CHARACTERS; i > 0; --i) {
            text[i] = ALPHABET[low & 31];
            low = (low >> 5) | (high << 251);
            high >>= 5;
        }
        return string(text);
    }
}
