-- SPDX-License-Identifier: MIT
--
-- Where a stream's message ends. memberlist marks no ends: each side of a connection sends one
-- message, and only its bytes tell when it is whole. What is malformed ends nowhere.

local map = require("swim.map")
local messages = require("swim.messages")
local msgpack = require("swim.msgpack")
local push_pull = require("swim.push_pull")

local stream = {}

local PING, ACK, PUSH_PULL, USER, COMPRESSED, ENCRYPTED, ERROR = 0, 2, 6, 8, 9, 10, 13
local LABEL = 244
local MAPS = { [PING] = true, [ACK] = true, [COMPRESSED] = true, [ERROR] = true }
local MOST_ENVELOPE = 20 * 1024 * 1024

stream.WHOLE, stream.MORE, stream.MALFORMED = "whole", "more", "malformed"

--- What a reader that could not go on means.
local function short(reader)
    return reader.missing and stream.MORE or stream.MALFORMED
end

--- Passes over so many values and so many bytes behind them.
local function pass(reader, rows, bytes)
    if not reader:skip(rows) then
        return short(reader), nil, { at = reader.at, rows = reader.owed, bytes = bytes }
    elseif not reader:take(bytes) then
        return stream.MORE, reader.missing
    end
    return stream.WHOLE, reader.at
end

--- Passes over a header and what it announces.
local function pass_announced(reader, keys, count_of)
    local _, values, wrong = map.read(reader, keys)
    if wrong ~= nil then
        return short(reader)
    end
    return pass(reader, count_of(values))
end

local function pass_envelope(reader)
    local length = reader:big_endian(4)
    if length == nil then
        return stream.MORE
    elseif length > MOST_ENVELOPE then
        return stream.MALFORMED
    end
    return pass(reader, 0, length)
end

local function pass_label(reader)
    local head = reader.bytes:byte(2)
    if reader:peek() ~= LABEL then
        return nil
    elseif head == 0 then
        return stream.MALFORMED
    end
    return not (head and reader:take(2 + head)) and stream.MORE or nil
end

--- @param known what an earlier call gave for the first of these bytes, so that a table of many
-- segments is not read anew with each; or nil
-- @return whole and the message's size; more, how many bytes are missing at least or nil where that
-- is unknown, and what to give to the next call; malformed
function stream.finish(bytes, known)
    if known ~= nil then
        return pass(msgpack.reader(bytes, known.at, #bytes), known.rows, known.bytes)
    end
    local reader = msgpack.reader(bytes, 0, #bytes)
    local wrong = pass_label(reader)
    local type = wrong == nil and reader:head()
    if wrong ~= nil or type == nil then
        return wrong or stream.MORE
    elseif type == ENCRYPTED then
        return pass_envelope(reader)
    elseif type == PUSH_PULL then
        return pass_announced(reader, push_pull.HEADER, function(values)
            return values.nodes or 0, values.state_length or 0
        end)
    elseif type == USER then
        return pass_announced(reader, messages.USER_HEADER, function(values)
            return 0, values.length or 0
        end)
    elseif not MAPS[type] then
        return stream.MALFORMED
    elseif not reader:skip(1) then
        return short(reader), reader.missing
    end
    return stream.WHOLE, reader.at
end

return stream
