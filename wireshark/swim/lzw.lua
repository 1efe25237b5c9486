-- SPDX-License-Identifier: MIT
--
-- What memberlist compresses with: LZW as Go's compress/lzw writes it, least significant bit first,
-- literals of 8 bits, codes of 9 to 12. Go since 1.17 begins with a clear code, Go before does not.
--
-- Both sides number the strings alike: each code gives the next number to "the string before, and
-- one byte more". A stream that is full and does not clear keeps its strings as they are.

local lzw = {}

local CLEAR = 256
local END = 257
local MIN_WIDTH = 9
local MAX_WIDTH = 12
local LAST_CODE = 4095

local LITERALS = {}
for byte = 0, 255 do
    LITERALS[byte] = string.char(byte)
end

--- A function that gives the next code of a width, or nil behind the last whole one.
local function codes_of(bytes)
    local at, held, count = 1, 0, 0
    return function(width)
        while count < width do
            local byte = bytes:byte(at)
            if byte == nil then
                return nil
            end
            held = held + byte * 2 ^ count
            at = at + 1
            count = count + 8
        end
        local size = 2 ^ width
        local code = held % size
        held = (held - code) / size
        count = count - width
        return code
    end
end

--- The string of a code that is neither clear nor end, or nil if it was not given out.
-- @param before the string of the code before, or nil; `last` becomes it and a byte more
local function string_of(code, strings, before, last)
    if code < CLEAR then
        return LITERALS[code]
    end
    if code == last and before ~= nil then
        return before .. before:sub(1, 1)
    end
    return code <= last and strings[code] or nil
end

--- @param limit how many bytes may come out
-- @return the bytes, or nil, what is wrong, and whether that is only the limit
function lzw.decompress(bytes, limit)
    local next_code = codes_of(bytes)
    local strings, before = {}, nil
    local out, size = {}, 0
    local last, width = END, MIN_WIDTH
    while true do
        local code = next_code(width)
        if code == nil then
            return nil, "its end code is missing", false
        elseif code == END then
            return table.concat(out), nil, false
        elseif code == CLEAR then
            before, last, width = nil, END, MIN_WIDTH
        else
            local text = string_of(code, strings, before, last)
            if text == nil then
                return nil, string.format("its code %d was never given out", code), false
            end
            size = size + #text
            if size > limit then
                return nil, string.format("it has more than %d bytes", limit), true
            end
            out[#out + 1] = text
            if before ~= nil then
                strings[last] = before .. text:sub(1, 1)
            end
            before = text
            last = last + 1
            if last == 2 ^ width and width < MAX_WIDTH then
                width = width + 1
            elseif last > LAST_CODE then
                last, before = LAST_CODE, nil -- no number is left
            end
        end
    end
end

return lzw
