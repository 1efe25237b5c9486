-- SPDX-License-Identifier: MIT
--
-- Bytes as people read them.

local text = {}

--- How many bytes the character at a place has if it is well-formed UTF-8 beyond ASCII, else nil.
local function length_at(bytes, at)
    local first = bytes:byte(at)
    local length = first >= 0xf0 and first < 0xf5 and 4
        or first >= 0xe0 and first < 0xf0 and 3
        or first >= 0xc2 and first < 0xe0 and 2
    if not length or at + length - 1 > #bytes then
        return nil
    end
    local second = bytes:byte(at + 1)
    local low = first == 0xe0 and 0xa0 or first == 0xf0 and 0x90 or 0x80
    local high = first == 0xed and 0x9f or first == 0xf4 and 0x8f or 0xbf
    if second < low or second > high then
        return nil
    end
    for i = at + 2, at + length - 1 do
        local byte = bytes:byte(i)
        if byte < 0x80 or byte > 0xbf then
            return nil
        end
    end
    return length
end

--- The bytes as UTF-8 without control characters: what is neither is shown as \x and two digits.
function text.printable(bytes)
    if not bytes:find("[%c\128-\255]") then
        return bytes
    end
    local out, at = {}, 1
    while at <= #bytes do
        local byte = bytes:byte(at)
        local length = byte >= 0x80 and length_at(bytes, at) or 1
        if byte < 0x20 or byte == 0x7f or (byte >= 0x80 and length == 1) then
            out[#out + 1] = string.format("\\x%02x", byte)
        else
            out[#out + 1] = bytes:sub(at, at + length - 1)
        end
        at = at + length
    end
    return table.concat(out)
end

--- The first longest run of zeros that an IPv6 address of 8 groups shortens, or nil.
local function longest_zeros(groups)
    local best, best_length = nil, 1
    local start = nil
    for i = 1, 9 do
        if groups[i] == 0 then
            start = start or i
        elseif start ~= nil then
            if i - start > best_length then
                best, best_length = start, i - start
            end
            start = nil
        end
    end
    return best, best_length
end

local function ipv6(bytes)
    if bytes:sub(1, 12) == ("\0"):rep(10) .. "\255\255" then
        return "::ffff:" .. text.address(bytes:sub(13))
    end
    local groups = {}
    for i = 1, 8 do
        local high, low = bytes:byte(2 * i - 1, 2 * i)
        groups[i] = high * 256 + low
    end
    local zeros, length = longest_zeros(groups)
    local out = ""
    local i = 1
    while i <= 8 do
        if i == zeros then
            out = out .. "::"
            i = i + length
        else
            local first = out == "" or out:sub(-1) == ":"
            out = out .. (first and "" or ":") .. string.format("%x", groups[i])
            i = i + 1
        end
    end
    return out
end

--- An IP address of 4 or 16 bytes as RFC 5952 writes it, "" of none, or nil.
function text.address(bytes)
    if #bytes == 0 then
        return ""
    elseif #bytes == 4 then
        return string.format("%d.%d.%d.%d", bytes:byte(1, 4))
    elseif #bytes == 16 then
        return ipv6(bytes)
    end
    return nil
end

--- An address and a port as one.
function text.endpoint(address, port)
    return string.format(address:find(":") and "[%s]:%d" or "%s:%d", address, port)
end

return text
