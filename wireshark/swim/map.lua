-- SPDX-License-Identifier: MIT
--
-- Reads a msgpack map by a table of its keys: what a key's value must be, and as which field it is
-- shown. Every message of memberlist and of Serf is such a map, so each is described by a table and
-- none has code of its own for reading.
--
-- What is read becomes nodes, which show.lua puts into Wireshark's tree:
--   field      the name in fields.lua; nil: text alone
--   from, len  which bytes of the source
--   value      for fields that are no bytes; text: what is shown instead
--   children   nodes inside; problems: what is wrong with it; hidden, generated: as Wireshark's
--   source     {name, bytes}: the offsets of this node and of those inside count in these

local msgpack = require("swim.msgpack")
local text = require("swim.text")

local map = {}

local MOST_NAME = 512
local MOST_META = 512
local U32 = 2 ^ 32 - 1

--- How a value is read: functions of a reader that give the value, what is wrong, and the bytes of
-- text where it has some.
local kinds = {}
map.kinds = kinds

function kinds.u8(reader)
    return reader:unsigned(255)
end

function kinds.u16(reader)
    return reader:unsigned(65535)
end

function kinds.u32(reader)
    return reader:unsigned(U32)
end

function kinds.u64(reader)
    return reader:unsigned64()
end

function kinds.boolean(reader)
    return reader:boolean()
end

function kinds.float(reader)
    return reader:float()
end

--- Nanoseconds, as Go's Duration.
function kinds.duration(reader)
    local value, wrong = reader:signed()
    if value == nil then
        return nil, wrong
    end
    local nanoseconds = value % 1e9
    return { seconds = (value - nanoseconds) / 1e9, nanoseconds = nanoseconds }
end

function kinds.bytes(reader)
    return reader:text()
end

local function bytes_up_to(limit)
    return function(reader)
        local value, wrong = reader:text()
        if value ~= nil and #value > limit then
            return nil, string.format("it is longer than %d bytes", limit)
        end
        return value, wrong
    end
end

kinds.meta = bytes_up_to(MOST_META)

function kinds.text(reader)
    local value, wrong = reader:text()
    return value and text.printable(value), wrong
end

function kinds.name(reader)
    local value, wrong = reader:text()
    if value ~= nil and #value > MOST_NAME then
        return nil, string.format("it is longer than %d bytes", MOST_NAME)
    end
    return value and text.printable(value), wrong
end

--- Go's net.IP: 4 bytes or 16, or none.
function kinds.address(reader)
    local value, wrong = reader:text()
    if value == nil then
        return nil, wrong
    end
    local address = text.address(value)
    return address, address == nil and "it is no IP address: it must have 4 or 16 bytes" or nil
end

--- A whole number up to a limit.
function map.at_most(limit)
    return function(reader)
        return reader:unsigned(limit)
    end
end

--- An array, or nil for an empty one, of each element as another kind.
function map.list(kind)
    return function(reader)
        if reader:peek() == 0xc0 then
            reader:take(1)
            return {}
        end
        local count, wrong = reader:array()
        local values = {}
        for i = 1, count or 0 do
            local from = reader.at
            local value, why = kind(reader)
            if value == nil then
                return nil, string.format("number %d: %s", i, why)
            end
            values[i] = { value = value, from = from, len = reader.at - from }
        end
        return count and values, wrong
    end
end

--- One node, or one for each element of a list.
local function add_nodes(nodes, field, value, from, len)
    if type(value) == "table" and value.high == nil and value.seconds == nil then
        for _, element in ipairs(value) do
            add_nodes(nodes, field, element.value, element.from, element.len)
        end
        return
    end
    nodes[#nodes + 1] = { field = field, from = from, len = len, value = value }
end

--- Reads one pair. @return the key's entry (nil: unknown), the value, what is wrong
local function read_pair(reader, keys, nodes)
    local key, wrong = reader:text()
    if key == nil then
        return nil, nil, "a key: " .. wrong
    end
    local entry = keys[key]
    local from = reader.at
    local value
    if entry == nil then
        value, wrong = reader:skip(1)
    else
        value, wrong = entry.kind(reader)
    end
    if value == nil then
        return entry, nil, string.format("%s: %s", text.printable(key), wrong)
    end
    if entry ~= nil and entry.field ~= nil then
        add_nodes(nodes, entry.field, value, from, reader.at - from)
    end
    return entry, value, nil
end

--- @param keys by key {kind, field, as}: `as` names the value in what is returned
-- @return nodes, values by `as`, what is wrong (nil: nothing), how many keys were known
function map.read(reader, keys)
    local nodes, values, known = {}, {}, 0
    local count, wrong = reader:map()
    for _ = 1, count or 0 do
        local entry, value
        entry, value, wrong = read_pair(reader, keys, nodes)
        if wrong ~= nil then
            break
        end
        if entry ~= nil then
            known = known + 1
            values[entry.as or entry.field] = value
        end
    end
    return nodes, values, wrong, known
end

--- Reads a map that must be all of some bytes. @return as map.read, or nil if it is not
function map.read_whole(bytes, from, to, keys)
    local reader = msgpack.reader(bytes, from, to)
    local nodes, values, wrong, known = map.read(reader, keys)
    if wrong ~= nil or reader.at ~= to then
        return nil
    end
    return nodes, values, known
end

return map
