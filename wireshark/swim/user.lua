-- SPDX-License-Identifier: MIT
--
-- User messages: bytes of the application's. In a datagram they are all of the message; on a stream
-- their length stands in front. They may be Serf's, or a broadcast of Swimlab's own members:
--   c1 01 | msgpack array of sender, epoch, number, name, payload
-- which no msgpack begins with and no message of Serf's.

local map = require("swim.map")
local messages = require("swim.messages")
local msgpack = require("swim.msgpack")
local serf = require("swim.serf")

local BROADCAST_MARK = "\xc1\x01"
local BROADCAST = {
    { field = "broadcast.sender", kind = map.kinds.name },
    { field = "broadcast.epoch", kind = map.kinds.u32 },
    { field = "broadcast.number", kind = map.kinds.u32 },
    { field = "broadcast.name", kind = map.kinds.name },
    { field = "broadcast.payload", kind = map.kinds.bytes },
}

--- @return nodes and words, or nil if it is no broadcast
local function broadcast(bytes, from, to)
    if bytes:sub(from + 1, from + #BROADCAST_MARK) ~= BROADCAST_MARK then
        return nil
    end
    local reader = msgpack.reader(bytes, from + #BROADCAST_MARK, to)
    if reader:array() ~= #BROADCAST then
        return nil
    end
    local nodes = {}
    for i, part in ipairs(BROADCAST) do
        local at = reader.at
        local value = part.kind(reader)
        if value == nil then
            return nil
        end
        nodes[i] = { field = part.field, from = at, len = reader.at - at, value = value }
    end
    local sender, number = nodes[1].value, nodes[3].value
    if reader.at ~= to or sender == "" or number == 0 then
        return nil
    end
    return { nodes = nodes, words = string.format("broadcast %d of %s", number, sender) }
end

--- What the application says, below the user message.
local function add_content(found, node, bytes, from, to)
    local data = { field = "user.data", from = from, len = to - from }
    local own = broadcast(bytes, from, to)
    local inner = own or serf.message(bytes, from, to)
    if own ~= nil then
        local item = { field = "broadcast", from = from, len = to - from, text = own.words }
        item.children = own.nodes
        data.children = { item }
        node.text = own.words
    elseif inner ~= nil then
        data.children = inner.nodes
        node.text = "Serf " .. inner.words
    else
        node.text = string.format("user message, %d bytes", to - from)
    end
    found.evidence = found.evidence or inner ~= nil
    table.insert(node.children, data)
end

--- @return where the message ends
local function user(found, node, bytes, to)
    node.field = "user"
    local from = node.from + 1
    if found.stream then
        local reader = msgpack.reader(bytes, from, to)
        local nodes, values, wrong = map.read(reader, messages.USER_HEADER)
        for _, child in ipairs(nodes) do
            table.insert(node.children, child)
        end
        local length = values.length or 0
        if wrong == nil and length > to - reader.at then
            wrong = "it is cut short"
        end
        if wrong ~= nil then
            node.text = "user message"
            found:say(node.text)
            found:problem(node, "malformed", "user message: " .. wrong)
            return to
        end
        from, to = reader.at, reader.at + length
    end
    add_content(found, node, bytes, from, to)
    found:say(node.text)
    messages.add_common(node, "user", {})
    return to
end

return user
