// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ILicences} from "../../interfaces/ILicences.sol";

/// @title The EIP-712 digest of a licence
/// @notice It binds every field, the chain and this contract: the id is what is signed, stored and reported.
abstract contract LicenceIds is ILicences, EIP712 {
    /// @dev The scope's fields stand among the licence's: abi.encode of the struct is then EIP-712's encodeData, in one
    /// pass.
    bytes32 private constant LICENCE_TYPEHASH =
        keccak256(
            "Licence(uint256 workId,address licensor,uint64 mandate,address licensee,bytes32 endUser,"
            "uint64 media,uint40 from,uint40 until,uint256 territories,bytes32 terms,uint8 flags,uint32 seats,"
            "uint40 issuedAt,uint40 redeemUntil,uint64 nonce)"
        );

    constructor() EIP712("Global Copyright Registry Licences", "1") {}

    /// @inheritdoc ILicences
    function licenceIdOf(Licence memory licence) external view override returns (bytes32) {
        return _idOf(licence);
    }

    function _idOf(Licence memory licence) internal view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(LICENCE_TYPEHASH, licence)));
    }
}
