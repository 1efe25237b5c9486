-- SPDX-License-Identifier: MIT
--
-- What Serf says inside memberlist's messages: user messages, tags in metadata, coordinates in
-- acks. Each is a byte for the type or the version, and a msgpack map. serf_state.lua has the
-- fourth, what goes with a push/pull.
--
-- Any application may put what it likes into those places. So bytes count as Serf's only if they
-- are wholly that; others are the application's, and nothing is wrong with them.

local map = require("swim.map")
local msgpack = require("swim.msgpack")
local text = require("swim.text")

local serf = {}

local kinds = map.kinds

local TAGS_MARK = 0xff
local COORDINATE_VERSION = 1
local RELAY_TYPE = 9
local MOST_RELAYS = 4
local FILTER_NODES, FILTER_TAG = 0, 1

local LTIME = { kind = kinds.u64, field = "serf.ltime", as = "ltime" }
local NODE = { kind = kinds.text, field = "serf.node", as = "node" }

--- Bytes with their length as they stand, which more may be read from.
local function inside(field)
    return { kind = kinds.bytes, field = field, as = field }
end

local INTENT = {
    LTime = LTIME,
    Node = NODE,
    Prune = { kind = kinds.boolean, field = "serf.leave.prune" },
}

serf.EVENT = {
    CC = { kind = kinds.boolean, field = "serf.event.coalesce" },
    LTime = LTIME,
    Name = { kind = kinds.text, field = "serf.event.name", as = "name" },
    Payload = { kind = kinds.bytes, field = "serf.event.payload" },
}

local QUERY = {
    Addr = { kind = kinds.address, field = "serf.query.address" },
    Filters = { kind = map.list(kinds.bytes), field = "serf.query.filter" },
    Flags = { kind = kinds.u32, field = "serf.query.flags" },
    ID = { kind = kinds.u32, field = "serf.query.id", as = "id" },
    LTime = LTIME,
    Name = { kind = kinds.text, field = "serf.query.name", as = "name" },
    Payload = inside("serf.query.payload"),
    Port = { kind = kinds.u16, field = "serf.query.port" },
    RelayFactor = { kind = kinds.u8, field = "serf.query.relay_factor" },
    SourceNode = { kind = kinds.text, field = "serf.query.source_node" },
    Timeout = { kind = kinds.duration, field = "serf.query.timeout" },
}

local RESPONSE = {
    Flags = { kind = kinds.u32, field = "serf.response.flags" },
    From = { kind = kinds.text, field = "serf.response.from", as = "from" },
    ID = { kind = kinds.u32, field = "serf.query.id", as = "id" },
    LTime = LTIME,
    Payload = inside("serf.response.payload"),
}

local HOLDER = {
    Name = { kind = kinds.text, field = "serf.conflict.name", as = "name" },
    Addr = { kind = kinds.address, field = "serf.conflict.address" },
    Port = { kind = kinds.u16, field = "serf.conflict.port" },
}

local KEY_REQUEST = { Key = { kind = kinds.bytes, field = "serf.key.key", as = "key" } }

local KEY_RESPONSE = {
    Keys = { kind = map.list(kinds.text), field = "serf.key.keys" },
    Message = { kind = kinds.text, field = "serf.key.message" },
    Result = { kind = kinds.boolean, field = "serf.key.result", as = "result" },
}

local COORDINATE = {
    Adjustment = { kind = kinds.float, field = "serf.coordinate.adjustment" },
    Error = { kind = kinds.float, field = "serf.coordinate.error", as = "error" },
    Height = { kind = kinds.float, field = "serf.coordinate.height" },
    Vec = { kind = map.list(kinds.float), field = "serf.coordinate.vector", as = "vector" },
}

local FILTER_TAG_KEYS = {
    Tag = { kind = kinds.text, field = "serf.query.filter.tag", as = "tag" },
    Expr = { kind = kinds.text, field = "serf.query.filter.expression" },
}

local DESTINATION = {
    IP = { kind = kinds.bytes, field = "serf.relay.address" },
    Port = { kind = kinds.u16, field = "serf.relay.port", as = "port" },
}

--- By type: the keys, those of which one must be there, and what it says in words.
local DESCRIBED = {
    [0] = { keys = INTENT, proof = "node", words = "leave of %s" },
    [1] = { keys = INTENT, proof = "node", words = "join of %s" },
    [3] = { keys = serf.EVENT, proof = "name", words = "event %s" },
    [4] = { keys = QUERY, proof = "name", words = "query %s" },
    [5] = { keys = RESPONSE, proof = "from", words = "response of %s" },
    [6] = { keys = HOLDER, proof = "name", words = "answer who has the name %s" },
    [7] = { keys = KEY_REQUEST, proof = "key", words = "key request" },
    [8] = { keys = KEY_RESPONSE, proof = "result", words = "key response" },
}

function serf.type_node(from, type)
    return { field = "serf.type", from = from, len = 1, value = type }
end

--- Where a node's bytes begin, whose value is all of them.
local function start_of(node)
    return node.from + node.len - #node.value
end

--- A list of text that is all of some bytes, as nodes of a field; nil if it is not.
local function list_of_text(bytes, from, to, field)
    local reader = msgpack.reader(bytes, from, to)
    local values = map.list(kinds.text)(reader)
    if values == nil or reader.at ~= to then
        return nil
    end
    local nodes = {}
    for i, entry in ipairs(values) do
        nodes[i] = { field = field, from = entry.from, len = entry.len, value = entry.value }
    end
    return nodes
end

local function filter_nodes(bytes, node)
    local from = start_of(node)
    local type, to = node.value:byte(1), node.from + node.len
    if type == FILTER_NODES then
        return list_of_text(bytes, from + 1, to, "serf.query.filter.node")
    elseif type == FILTER_TAG then
        return (map.read_whole(bytes, from + 1, to, FILTER_TAG_KEYS))
    end
    return nil
end

--- Opens what stands inside of a query or a response.
local function explain(bytes, nodes, depth)
    for _, node in ipairs(nodes) do
        if node.field == "serf.query.filter" then
            node.children = filter_nodes(bytes, node)
        elseif node.field == "serf.query.payload" or node.field == "serf.response.payload" then
            local inner = serf.message(bytes, start_of(node), node.from + node.len, depth + 1)
            node.children = inner and inner.nodes
        end
    end
end

--- To whom a message is to be passed on, and the message.
local function relayed(bytes, from, to, depth)
    local reader = msgpack.reader(bytes, from + 1, to)
    local nodes = { serf.type_node(from, RELAY_TYPE) }
    local keys = {
        DestName = { kind = kinds.text, field = "serf.relay.node" },
        DestAddr = {
            kind = function(inner)
                local found, _, wrong = map.read(inner, DESTINATION)
                for _, node in ipairs(found) do
                    nodes[#nodes + 1] = node
                end
                return wrong == nil or nil, wrong
            end,
            as = "address",
        },
    }
    local found, values, wrong = map.read(reader, keys)
    local inner = wrong == nil and values.address and serf.message(bytes, reader.at, to, depth + 1)
    if not inner then
        return nil
    end
    for _, list in ipairs({ found, inner.nodes }) do
        for _, node in ipairs(list) do
            nodes[#nodes + 1] = node
        end
    end
    return { nodes = nodes, words = "relay of " .. inner.words }
end

--- A message from its type byte on. @return nodes and words; nil if it is none of Serf's
function serf.message(bytes, from, to, depth)
    depth = depth or 0
    local type = from < to and depth < MOST_RELAYS and bytes:byte(from + 1)
    if type == RELAY_TYPE then
        return relayed(bytes, from, to, depth)
    end
    local described = DESCRIBED[type]
    if described == nil then
        return nil
    end
    local nodes, values = map.read_whole(bytes, from + 1, to, described.keys)
    if nodes == nil or values[described.proof] == nil then
        return nil
    end
    explain(bytes, nodes, depth)
    table.insert(nodes, 1, serf.type_node(from, type))
    local words = string.format(described.words, tostring(values[described.proof]))
    return { nodes = nodes, words = words }
end

--- Serf's tags, one node each; nil where the metadata is no map of text.
function serf.tags(bytes, from, length)
    local to = from + length
    if length < 2 or bytes:byte(from + 1) ~= TAGS_MARK then
        return nil
    end
    local reader = msgpack.reader(bytes, from + 1, to)
    local nodes = {}
    for _ = 1, reader:map() or 0 do
        local start = reader.at
        local key = reader:text()
        local value = key and reader:text()
        if value == nil then
            return nil
        end
        local said = text.printable(key) .. "=" .. text.printable(value)
        nodes[#nodes + 1] =
            { field = "serf.tag", from = start, len = reader.at - start, value = said }
    end
    return reader.at == to and nodes or nil
end

--- The network coordinate in an ack's payload; nil where there is none.
function serf.coordinate(bytes, from, length)
    if length < 2 or bytes:byte(from + 1) ~= COORDINATE_VERSION then
        return nil
    end
    local nodes, values = map.read_whole(bytes, from + 1, from + length, COORDINATE)
    return nodes ~= nil and values.vector ~= nil and nodes or nil
end

return serf
