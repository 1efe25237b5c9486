-- SPDX-License-Identifier: MIT
--
-- The checksum of memberlist's datagrams: CRC-32 as of IEEE 802.3, as Go's hash/crc32 has it.

local bits = require("swim.bits")

local band, bxor, rshift = bits.band, bits.bxor, bits.rshift

local POLYNOMIAL = 0xedb88320
local ALL_ONES = 0xffffffff

local TABLE = {}
for byte = 0, 255 do
    local sum = byte
    for _ = 1, 8 do
        sum = band(sum, 1) == 1 and bxor(rshift(sum, 1), POLYNOMIAL) or rshift(sum, 1)
    end
    TABLE[byte] = sum
end

--- @param from offset of the first byte
-- @return a number from 0 to 2^32 - 1
local function crc32(bytes, from)
    local sum = ALL_ONES
    for i = from + 1, #bytes do
        sum = bxor(TABLE[band(bxor(sum, bytes:byte(i)), 0xff)], rshift(sum, 8))
    end
    return bxor(sum, ALL_ONES) % 4294967296
end

return crc32
