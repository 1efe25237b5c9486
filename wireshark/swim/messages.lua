-- SPDX-License-Identifier: MIT
--
-- memberlist's messages, each as a table of its keys and a line of words. Which bytes count as
-- malformed is what Swimlab's own codec refuses, protocol/swim/wire-read.cc.

local map = require("swim.map")
local msgpack = require("swim.msgpack")
local serf = require("swim.serf")
local text = require("swim.text")

local messages = {}

local kinds = map.kinds

local MOST_USER_MESSAGE = 20 * 1024 * 1024
local VERSIONS = {
    "version.protocol_min",
    "version.protocol_max",
    "version.protocol",
    "version.delegate_min",
    "version.delegate_max",
    "version.delegate",
}

local PING = {
    SeqNo = { kind = kinds.u32, field = "ping.seq", as = "seq" },
    Node = { kind = kinds.name, field = "ping.node", as = "node" },
    SourceAddr = { kind = kinds.address, field = "ping.source_address" },
    SourcePort = { kind = kinds.u16, field = "ping.source_port" },
    SourceNode = { kind = kinds.name, field = "ping.source_node", as = "source" },
}

local PING_REQ = {
    SeqNo = { kind = kinds.u32, field = "ping_req.seq", as = "seq" },
    Node = { kind = kinds.name, field = "ping_req.node", as = "node" },
    Target = { kind = kinds.address, field = "ping_req.address", as = "address" },
    Port = { kind = kinds.u16, field = "ping_req.port", as = "port" },
    Nack = { kind = kinds.boolean, field = "ping_req.nack", as = "nack" },
    SourceAddr = { kind = kinds.address, field = "ping_req.source_address" },
    SourcePort = { kind = kinds.u16, field = "ping_req.source_port" },
    SourceNode = { kind = kinds.name, field = "ping_req.source_node", as = "source" },
}

local ACK = {
    SeqNo = { kind = kinds.u32, field = "ack.seq", as = "seq" },
    Payload = { kind = kinds.bytes, field = "ack.payload", as = "payload" },
}

local NACK = { SeqNo = { kind = kinds.u32, field = "nack.seq", as = "seq" } }

local function accusation(name)
    return {
        Incarnation = { kind = kinds.u32, field = name .. ".incarnation", as = "incarnation" },
        Node = { kind = kinds.name, field = name .. ".node", as = "node" },
        From = { kind = kinds.name, field = name .. ".from", as = "from" },
    }
end

local function member(prefix, name_key)
    return {
        [name_key] = { kind = kinds.name, field = prefix .. ".node", as = "node" },
        Incarnation = { kind = kinds.u32, field = prefix .. ".incarnation", as = "incarnation" },
        Addr = { kind = kinds.address, field = prefix .. ".address", as = "address" },
        Port = { kind = kinds.u16, field = prefix .. ".port", as = "port" },
        Meta = { kind = kinds.meta, field = prefix .. ".meta" },
        Vsn = { kind = kinds.bytes, field = prefix .. ".versions" },
    }
end

local ALIVE = member("alive", "Node")
local ERROR = { Error = { kind = kinds.text, field = "error.text", as = "text" } }

--- A row of a push/pull's table.
messages.STATE = member("push_pull.member", "Name")
messages.STATE.State = { kind = kinds.u32, field = "push_pull.member.state", as = "state" }

messages.USER_HEADER = {
    UserMsgLen = { kind = map.at_most(MOST_USER_MESSAGE), field = "user.length", as = "length" },
}

local function by(name)
    return name ~= nil and name ~= "" and " by " .. name or ""
end

local function versioned(values)
    return string.format("%s (incarnation %d)", values.node or "", values.incarnation or 0)
end

local function at_place(values)
    local address = values.address or ""
    return address ~= "" and " at " .. text.endpoint(address, values.port or 0) or ""
end

--- By type: the field, the keys, the kind, and what it says in words.
local DESCRIBED = {
    [0] = {
        field = "ping",
        keys = PING,
        words = function(v)
            return string.format("ping %d of %s%s", v.seq or 0, v.node or "", by(v.source))
        end,
    },
    [1] = {
        field = "ping_req",
        kind = "ping-req",
        keys = PING_REQ,
        words = function(v)
            local said = string.format("ping-req %d of %s%s", v.seq or 0, v.node or "", at_place(v))
            return said .. by(v.source)
        end,
    },
    [2] = {
        field = "ack",
        keys = ACK,
        words = function(v)
            return string.format("ack %d", v.seq or 0)
        end,
    },
    [3] = {
        field = "suspect",
        keys = accusation("suspect"),
        words = function(v)
            return "suspect " .. versioned(v) .. by(v.from)
        end,
    },
    [4] = {
        field = "alive",
        keys = ALIVE,
        words = function(v)
            return "alive " .. versioned(v) .. at_place(v)
        end,
    },
    [5] = {
        field = "dead",
        keys = accusation("dead"),
        words = function(v)
            return v.left and "left " .. versioned(v) or "dead " .. versioned(v) .. by(v.from)
        end,
    },
    [11] = {
        field = "nack",
        keys = NACK,
        words = function(v)
            return string.format("nack %d", v.seq or 0)
        end,
    },
    [13] = {
        field = "error",
        keys = ERROR,
        words = function(v)
            return "error: " .. (v.text or "")
        end,
    },
}

--- Whether a message of this type is a map and nothing else.
function messages.is_map(type)
    return DESCRIBED[type] ~= nil
end

--- The six numbers of a member's versions, and Serf's tags of its metadata, below their bytes.
function messages.explain_member(bytes, nodes)
    for _, node in ipairs(nodes) do
        local field = node.field
        if field:sub(-9) == ".versions" and #node.value == #VERSIONS then
            local first = node.from + node.len - #VERSIONS
            node.children = {}
            for i, name in ipairs(VERSIONS) do
                local value = node.value:byte(i)
                node.children[i] = { field = name, from = first + i - 1, len = 1, value = value }
            end
        elseif field:sub(-5) == ".meta" then
            node.children = serf.tags(bytes, node.from + node.len - #node.value, #node.value)
        end
    end
end

--- Fields of all messages, so that a filter need not name each: hidden below each message.
local function add_common(node, kind, values)
    local function add(field, value)
        if value ~= nil then
            local common = { field = field, from = node.from, len = node.len, value = value }
            common.hidden = true
            table.insert(node.children, common)
        end
    end
    add("kind", kind)
    add("seq", values.seq)
    add("node", values.node)
    add("incarnation", values.incarnation)
    add("from", values.from)
end
messages.add_common = add_common

--- @return the keys that a message of this type may have, and whether all of it could be read
local function read_map(job, node, bytes, described, to)
    local reader = msgpack.reader(bytes, node.from + 1, to)
    local nodes, values, wrong, known = map.read(reader, described.keys)
    for _, child in ipairs(nodes) do
        table.insert(node.children, child)
    end
    if wrong ~= nil then
        job:problem(node, "malformed", described.field .. ": " .. wrong)
    elseif known > 0 then
        job.evidence = true
    end
    return nodes, values, reader.at, wrong
end

--- A message that is a map, from its type byte on. @return where it ends
function messages.read_described(job, node, bytes, type, to)
    local described = DESCRIBED[type]
    node.field = described.field
    local nodes, values, stop, wrong = read_map(job, node, bytes, described, to)
    if type == 4 then
        messages.explain_member(bytes, nodes)
    elseif type == 5 then
        values.left = wrong == nil and values.from ~= nil and values.from == values.node
        local left = { field = "dead.left", from = node.from, len = node.len, value = values.left }
        left.generated = true
        table.insert(node.children, left)
    elseif type == 2 and values.payload ~= nil then
        for _, child in ipairs(nodes) do
            if child.field == "ack.payload" then
                local from = child.from + child.len - #child.value
                child.children = serf.coordinate(bytes, from, #child.value)
            end
        end
    end
    if type == 0 or type == 1 then
        table.insert(job.questions, { seq = values.seq or 0, node = node })
    elseif type == 2 or type == 11 then
        table.insert(job.answers, { seq = values.seq or 0, node = node })
    end
    node.text = described.words(values)
    add_common(node, values.left and "left" or described.kind or described.field, values)
    return wrong and to or stop
end

return messages
