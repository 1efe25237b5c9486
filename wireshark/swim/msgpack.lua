-- SPDX-License-Identifier: MIT
--
-- Reads msgpack as go-msgpack's decoders take it: strings and byte slices by the str or the bin
-- family or nil, whole numbers in every form that fits.
--
-- A reader has `at`, the offset of what it reads next. Its methods give the value, or nil and what
-- was wrong; the position is then of no use. Offsets count from 0, as Wireshark's do.

local msgpack = {}

local Reader = {}
Reader.__index = Reader

local RAN_OUT = "the bytes end before it"

--- @param from offset of the first byte
-- @param to offset behind the last
function msgpack.reader(bytes, from, to)
    return setmetatable({ bytes = bytes, at = from, stop = to }, Reader)
end

--- Passes over so many bytes. @return whether they are there
function Reader:take(count)
    if self.stop - self.at < count then
        self.missing = count - (self.stop - self.at)
        return false
    end
    self.at = self.at + count
    return true
end

--- The byte that is read next, without passing over it, or nil.
function Reader:peek()
    return self.at < self.stop and self.bytes:byte(self.at + 1) or nil
end

function Reader:head()
    local head = self:peek()
    return self:take(1) and head or nil
end

--- A bare number, big end first; what does not fit into a float's 53 bits is only near it.
function Reader:big_endian(width)
    local from = self.at
    if not self:take(width) then
        return nil, RAN_OUT
    end
    local value = 0
    for i = from + 1, from + width do
        value = value * 256 + self.bytes:byte(i)
    end
    return value
end

function Reader:container(fixed, long, what)
    local head = self:head()
    if head == nil then
        return nil, RAN_OUT
    end
    if head >= fixed and head < fixed + 16 then
        return head - fixed
    end
    if head == long or head == long + 1 then
        return self:big_endian(head == long and 2 or 4)
    end
    return nil, "it is no " .. what
end

--- How many pairs of key and value follow.
function Reader:map()
    return self:container(0x80, 0xde, "map")
end

function Reader:array()
    return self:container(0x90, 0xdc, "array")
end

--- @param limit the largest that may be, at most 2^53
function Reader:unsigned(limit)
    local head = self:head()
    local value, wrong
    if head == nil then
        return nil, RAN_OUT
    elseif head < 0x80 then
        value = head
    elseif head >= 0xcc and head <= 0xcf then
        value, wrong = self:big_endian(2 ^ (head - 0xcc))
    elseif head >= 0xd0 and head <= 0xd3 then
        local width = 2 ^ (head - 0xd0)
        value, wrong = self:big_endian(width)
        if value ~= nil and value >= 2 ^ (8 * width - 1) then
            return nil, "it is negative"
        end
    else
        return nil, head >= 0xe0 and "it is negative" or "it is no whole number"
    end
    if value ~= nil and value > limit then
        return nil, string.format("it is above %.0f", limit)
    end
    return value, wrong
end

--- A whole number up to 2^64 - 1 as its upper and lower 32 bits.
function Reader:unsigned64()
    local head = self:peek()
    if head == 0xcf or head == 0xd3 then
        self.at = self.at + 1
        local high, wrong = self:big_endian(4)
        local low = high and self:big_endian(4)
        if low == nil then
            return nil, wrong or RAN_OUT
        elseif head == 0xd3 and high >= 2 ^ 31 then
            return nil, "it is negative"
        end
        return { high = high, low = low }
    end
    local value, wrong = self:unsigned(2 ^ 32 - 1)
    return value and { high = 0, low = value }, wrong
end

--- A whole number that may be negative.
function Reader:signed()
    local head = self:peek()
    if head ~= nil and head >= 0xe0 then
        self.at = self.at + 1
        return head - 256
    end
    if head == nil or head < 0xd0 or head > 0xd3 then
        return self:unsigned(2 ^ 53)
    end
    self.at = self.at + 1
    local width = 2 ^ (head - 0xd0)
    -- In two halves, for the sum of 8 bytes would have lost its last digits.
    local high, wrong = self:big_endian(math.min(width, 4))
    local low = high and (width == 8 and self:big_endian(4) or 0)
    if not low then
        return nil, wrong or RAN_OUT
    end
    local half = 2 ^ (8 * math.min(width, 4))
    high = high >= half / 2 and high - half or high
    return width == 8 and high * 2 ^ 32 + low or high
end

function Reader:boolean()
    local head = self:head()
    if head == nil then
        return nil, RAN_OUT
    elseif head == 0xc3 or head == 0x01 then
        return true
    elseif head == 0xc2 or head == 0x00 then
        return false
    end
    return nil, "it is neither true nor false"
end

--- An IEEE 754 number of `width` bytes, of which the exponent has so many bits.
local function float_of(bytes, at, width, exponent_bits)
    local first, second = bytes:byte(at + 1, at + 2)
    local fraction_bits = 8 * width - 1 - exponent_bits
    local head = (first % 128) * 256 + second -- 15 bits
    local exponent = math.floor(head / 2 ^ (15 - exponent_bits))
    local fraction = head % 2 ^ (15 - exponent_bits)
    for i = at + 3, at + width do
        fraction = fraction * 256 + bytes:byte(i)
    end
    local sign = first >= 128 and -1 or 1
    local bias = 2 ^ (exponent_bits - 1) - 1
    if exponent == 2 ^ exponent_bits - 1 then
        return fraction == 0 and sign * math.huge or 0 / 0
    elseif exponent == 0 then
        return sign * fraction * 2 ^ (1 - bias - fraction_bits)
    end
    return sign * (1 + fraction / 2 ^ fraction_bits) * 2 ^ (exponent - bias)
end

function Reader:float()
    local head = self:head()
    local from = self.at
    if head ~= 0xca and head ~= 0xcb then
        return nil, head and "it is no float" or RAN_OUT
    end
    local width = head == 0xca and 4 or 8
    if not self:take(width) then
        return nil, RAN_OUT
    end
    return float_of(self.bytes, from, width, width == 4 and 8 or 11)
end

--- The length that a string's or a byte slice's head tells.
function Reader:length(head)
    if head >= 0xa0 and head < 0xc0 then
        return head - 0xa0
    elseif head == 0xc0 then
        return 0
    elseif head == 0xc4 or head == 0xd9 then
        return self:big_endian(1)
    elseif head == 0xc5 or head == 0xda then
        return self:big_endian(2)
    elseif head == 0xc6 or head == 0xdb then
        return self:big_endian(4)
    end
    return nil, "it is neither text nor bytes"
end

--- @return the bytes and where they begin
function Reader:text()
    local head = self:head()
    if head == nil then
        return nil, RAN_OUT
    end
    local length, wrong = self:length(head)
    if length == nil then
        return nil, wrong
    end
    local from = self.at
    if not self:take(length) then
        return nil, RAN_OUT
    end
    return self.bytes:sub(from + 1, from + length), from
end

--- Passes over a value up to the values that it contains. @return how many those are
function Reader:skip_head()
    local head = self:head()
    if head == nil then
        return nil
    elseif head < 0x80 or head >= 0xe0 or head == 0xc0 or head == 0xc2 or head == 0xc3 then
        return 0
    elseif head < 0x90 then
        return 2 * (head - 0x80)
    elseif head < 0xa0 then
        return head - 0x90
    elseif head >= 0xdc and head <= 0xdf then
        local count = self:big_endian(head % 2 == 0 and 2 or 4)
        return count and count * (head >= 0xde and 2 or 1)
    elseif head >= 0xca and head <= 0xd3 then
        local width = head == 0xca and 4 or head == 0xcb and 8 or 2 ^ (head % 4)
        return self:take(width) and 0 or nil
    elseif head >= 0xd4 and head <= 0xd8 then
        return self:take(2 ^ (head - 0xd4) + 1) and 0 or nil
    elseif head >= 0xc7 and head <= 0xc9 then
        local length = self:big_endian(2 ^ (head - 0xc7))
        return length and self:take(length + 1) and 0 or nil
    end
    local length = self:length(head)
    return length and self:take(length) and 0 or nil
end

--- Passes over so many values. Counts what is owed instead of recursing, so that hostile nesting
-- costs no stack. @return whether they are there; if not, `at` and `owed` say where to go on
function Reader:skip(owed)
    while owed > 0 do
        local from = self.at
        local contained = self:skip_head()
        if contained == nil then
            self.at, self.owed = from, owed
            return nil, self.missing and RAN_OUT or "it is no msgpack"
        end
        owed = owed + contained - 1
    end
    return true
end

return msgpack
