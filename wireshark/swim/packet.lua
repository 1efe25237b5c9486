-- SPDX-License-Identifier: MIT
--
-- What memberlist wraps around its messages, taken off layer by layer, into nodes (map.lua):
--
--   datagram: label( encrypted( CRC( compressed( message or compound ))))
--   stream:   label( encrypted( compressed( message )))
--
-- Label, encryption and CRC are outermost or nowhere; a compound's parts may be compressed or
-- compounds themselves.

local crc32 = require("swim.crc32")
local fields = require("swim.fields")
local job = require("swim.job")
local keyring = require("swim.keyring")
local lzw = require("swim.lzw")
local map = require("swim.map")
local messages = require("swim.messages")
local msgpack = require("swim.msgpack")
local push_pull = require("swim.push_pull")
local text = require("swim.text")
local user = require("swim.user")

local packet = {}

local PING, PING_REQ, PUSH_PULL, COMPOUND, USER, COMPRESSED = 0, 1, 6, 7, 8, 9
local ENCRYPTED, CRC, LABEL = 10, 12, 244
local LZW = 0
local FRAME_SIZE, CRC_SIZE = 5, 5
local MOST_ENVELOPE = 20 * 1024 * 1024
local MOST_NESTED = 8

-- What may stand where.
local ON_STREAMS = { [0] = true, [2] = true, [6] = true, [8] = true, [9] = true, [13] = true }
local IN_DATAGRAMS = {
    [0] = true,
    [1] = true,
    [2] = true,
    [3] = true,
    [4] = true,
    [5] = true,
    [7] = true,
    [8] = true,
    [9] = true,
    [11] = true,
}

local COMPRESSION = {
    Algo = { kind = map.kinds.u8, field = "compression.algorithm", as = "algorithm" },
    Buf = { kind = map.kinds.bytes, field = "compression.bytes", as = "bytes" },
}

local message -- of any type; calls itself by way of what is inside

local function big_endian(bytes, from, width)
    return (msgpack.reader(bytes, from, #bytes):big_endian(width))
end

local function data_node(from, to)
    return { field = "data", from = from, len = to - from }
end

--- What came out of a layer as a node below it, with bytes of its own.
local function inner_of(name, bytes, node, read)
    local inner = read(bytes)
    inner.source = { name = name, bytes = bytes }
    table.insert(node.children, inner)
end

local function compressed(found, node, bytes, to, depth)
    node.field, node.text = "compression", "Compressed message"
    local reader = msgpack.reader(bytes, node.from + 1, to)
    local nodes, values, wrong = map.read(reader, COMPRESSION)
    for _, child in ipairs(nodes) do
        table.insert(node.children, child)
    end
    if wrong == nil and (values.algorithm or LZW) ~= LZW then
        wrong = string.format("algorithm %d is unknown", values.algorithm)
    end
    if wrong ~= nil then
        found:problem(node, "malformed", "compressed: " .. wrong)
        return to
    end
    local plain, why, large = lzw.decompress(values.bytes or "", found.budget)
    if plain == nil then
        found:problem(node, large and "too_large" or "malformed", "compressed: " .. why)
        found:say("compressed")
        return reader.at
    end
    found.budget = found.budget - #plain
    local length = { field = "compression.length", from = node.from, len = to - node.from }
    length.value, length.generated = #plain, true
    table.insert(node.children, length)
    inner_of("Decompressed", plain, node, function(inner)
        return message(found, inner, 0, #inner, depth + 1)
    end)
    return reader.at
end

local function compound(found, node, bytes, to, depth)
    node.field, node.text = "compound", "Compound"
    local count = node.from + 1 < to and bytes:byte(node.from + 2)
    local parts_at = node.from + 2 + 2 * (count or 0)
    if not count or parts_at > to then
        found:problem(node, "malformed", "compound: its head is not whole")
        return to
    end
    node.text = string.format("Compound of %d messages", count)
    table.insert(
        node.children,
        { field = "compound.count", from = node.from + 1, len = 1, value = count }
    )
    local at = parts_at
    for part = 1, count do
        local length_at = node.from + 2 * part
        local length = big_endian(bytes, length_at, 2)
        local length_node = { field = "compound.length", from = length_at, len = 2, value = length }
        table.insert(node.children, length_node)
        if length > to - at then
            local said = string.format("compound: message %d of %d is cut short", part, count)
            found:problem(length_node, "malformed", said)
            return to
        end
        table.insert(node.children, message(found, bytes, at, at + length, depth + 1))
        at = at + length
    end
    return at
end

--- Bytes behind a message's end: nobody reads them.
local function note_rest(found, node, from, to)
    if from < to and #found.problems == 0 then
        local rest = data_node(from, to)
        found:problem(rest, "trailing", string.format("%d bytes behind the message", to - from))
        table.insert(node.children, rest)
    end
end

--- @return a node for the message from its type byte on
function message(found, bytes, from, to, depth)
    local node = { field = "data", from = from, len = to - from, children = {} }
    if from == to then
        found:problem(node, "malformed", "an empty message")
        return node
    end
    local type = bytes:byte(from + 1)
    local allowed = found.stream and ON_STREAMS or IN_DATAGRAMS
    if not allowed[type] then
        local name = fields.TYPES[type] or "unknown"
        local said = string.format("type %d (%s) cannot stand here", type, name)
        found:problem(node, "unknown_type", said)
        return node
    elseif depth > MOST_NESTED or not found:spend(12) then
        found:problem(node, depth > MOST_NESTED and "too_deep" or "too_many", nil)
        return node
    end
    table.insert(node.children, { field = "type", from = from, len = 1, value = type })
    local stop
    if type == COMPOUND then
        stop = compound(found, node, bytes, to, depth)
    elseif type == COMPRESSED then
        stop = compressed(found, node, bytes, to, depth)
    elseif type == PUSH_PULL then
        stop = push_pull.read(found, node, bytes, to)
    elseif type == USER then
        stop = user(found, node, bytes, to)
    else
        stop = messages.read_described(found, node, bytes, type, to)
        found:say(node.text)
    end
    note_rest(found, node, stop, to)
    return node
end

--- CRC or none, and what follows.
local function checked(found, nodes, bytes, from)
    if found.stream or bytes:byte(from + 1) ~= CRC then
        table.insert(nodes, message(found, bytes, from, #bytes, 0))
        return
    end
    local said = big_endian(bytes, from + 1, 4)
    local node = { field = "crc", from = from + 1, len = CRC_SIZE - 1, value = said }
    table.insert(nodes, node)
    if said == nil then
        node.field, node.from, node.len = "data", from, #bytes - from
        found:problem(node, "malformed", "CRC: it is not whole")
        return
    end
    local right = crc32(bytes, from + CRC_SIZE)
    local calculated = { field = "crc.calculated", from = from + 1, len = 4, value = right }
    local correct = { field = "crc.correct", from = from + 1, len = 4, value = said == right }
    calculated.generated, correct.generated = true, true
    node.children = { calculated, correct }
    if said == right then
        found.evidence = true
    else
        found:problem(node, "wrong_crc", string.format("the CRC should be 0x%08x", right))
    end
    table.insert(nodes, message(found, bytes, from + CRC_SIZE, #bytes, 0))
end

--- Whether bytes that begin like a version of encryption are a ping or a ping-req in plain: these
-- are a map, and have keys in them even where they are damaged, which ciphertext hardly ever has.
local function is_plain(bytes, from)
    if #bytes - from < keyring.OVERHEAD then
        return true
    elseif bytes:find("SeqNo", from, true) or bytes:find("Node", from, true) then
        return true
    end
    local trial = job.new({})
    local node = { from = from, len = #bytes - from, children = {} }
    messages.read_described(trial, node, bytes, bytes:byte(from + 1), #bytes)
    return #trial.problems == 0
end

--- Parts of an envelope as nodes. @param at offset of its version
local function envelope_nodes(bytes, at, to)
    local text_at, tag_at = at + keyring.TEXT_AT, to - keyring.TAG_SIZE
    return {
        { field = "encryption.version", from = at, len = 1, value = bytes:byte(at + 1) },
        { field = "encryption.nonce", from = at + keyring.NONCE_AT, len = 12 },
        { field = "encryption.ciphertext", from = text_at, len = tag_at - text_at },
        { field = "encryption.tag", from = tag_at, len = keyring.TAG_SIZE },
    }
end

--- An envelope. @param from of all that belongs to it; at: of its version
local function sealed(found, nodes, bytes, from, at, to)
    local node = { field = "encryption", from = from, len = to - from, children = {} }
    node.text = "Encrypted message"
    table.insert(nodes, node)
    if at > from then
        local length = { field = "encryption.length", from = from + 1, len = 4, value = to - at }
        table.insert(node.children, length)
    end
    if to - at < keyring.OVERHEAD then
        found:problem(node, "malformed", "encrypted: it is too short for nonce and tag")
        return
    end
    for _, child in ipairs(envelope_nodes(bytes, at, to)) do
        table.insert(node.children, child)
    end
    local opened =
        found.keyring:open(bytes:sub(at + 1, to), bytes:sub(from + 1, at), found.label)
    if opened == nil then
        found:problem(node, found.keyring:is_empty() and "no_key" or "undecryptable", nil)
        for _, said in ipairs(found.keyring.wrong) do
            found:problem(node, "undecryptable", said)
        end
        found:say(string.format("encrypted, %d bytes", to - at))
        return
    end
    found.evidence = true
    local key = { field = "encryption.key", from = at, len = to - at, value = opened.number }
    key.generated = true
    table.insert(node.children, key)
    inner_of("Decrypted", opened.plain, node, function(plain)
        local inner = { field = "encryption.message", from = 0, len = #plain, children = {} }
        checked(found, inner.children, plain, 0)
        return inner
    end)
end

--- Takes off a label. @return the offset behind it, or nil where it is not whole
local function take_label(found, nodes, bytes)
    if bytes:byte(1) ~= LABEL then
        return 0
    end
    local length = bytes:byte(2)
    if length == nil or length == 0 or #bytes < 2 + length then
        local node = data_node(0, #bytes)
        found:problem(node, "malformed", "label: it is empty or not whole")
        table.insert(nodes, node)
        return nil
    end
    found.label = bytes:sub(3, 2 + length)
    found.keyring:saw_label(found.label)
    local node = { field = "label", from = 2, len = length, value = text.printable(found.label) }
    node.children = { { field = "label.length", from = 1, len = 1, value = length } }
    table.insert(nodes, node)
    return 2 + length
end

--- @param bytes a datagram, or a stream's whole message
-- @param options as of job.new
-- @return nodes, and the job with all else that was found
function packet.read(bytes, options)
    local found = job.new(options)
    local nodes = {}
    local from = take_label(found, nodes, bytes)
    if from == nil then
        return nodes, found
    end
    local type = bytes:byte(from + 1)
    if found.stream and type == ENCRYPTED then
        local length = big_endian(bytes, from + 1, 4)
        if length == nil or length > MOST_ENVELOPE or length > #bytes - from - FRAME_SIZE then
            local node = data_node(from, #bytes)
            found:problem(node, "malformed", "encrypted: its frame is not whole or too large")
            table.insert(nodes, node)
            return nodes, found
        end
        local at = from + FRAME_SIZE
        sealed(found, nodes, bytes, from, at, at + length)
    elseif not found.stream and (type == PING or type == PING_REQ) then
        local to = #bytes
        local opened = found.keyring:open(bytes:sub(from + 1), "", found.label)
        if opened == nil and is_plain(bytes, from) then
            checked(found, nodes, bytes, from)
        else
            sealed(found, nodes, bytes, from, from, to)
        end
    else
        checked(found, nodes, bytes, from)
    end
    return nodes, found
end

return packet
