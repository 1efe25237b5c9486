-- SPDX-License-Identifier: MIT
--
-- A dissector of SWIM as HashiCorp's memberlist speaks it, and of what Serf says inside, for
-- Wireshark 4.0 and later. `./swimlab wireshark --install` puts it, as one file, where Wireshark
-- looks for plugins; from the repository:
--
--   wireshark -X lua_script:wireshark/swim.lua
--
-- Each part is a module in swim/, and all but show.lua and this file know nothing of Wireshark:
--   bits, crc32, aes_gcm, lzw, msgpack, text   what bytes need
--   fields                                     what can be filtered by
--   map, messages, push_pull, user             memberlist's messages
--   serf, serf_state                           Serf's
--   keyring, packet, stream, job               envelopes, and when a stream's message is whole
--   answers                                    which ack belongs to which ping
--   show                                       fields and marks in Wireshark's tree

local answers = require("swim.answers")
local fields = require("swim.fields")
local keyring = require("swim.keyring")
local packet = require("swim.packet")
local show = require("swim.show")
local stream = require("swim.stream")

set_plugin_info({
    version = "1.0.0",
    author = "Swimlab",
    description = "SWIM as memberlist and Serf speak it",
})

local swim = Proto("SWIM", "SWIM (memberlist)")
local serf = Proto("Serf", "Serf")

show.register(swim, fields.SWIM, "")
show.register(serf, fields.SERF, "serf.")
show.register_marks(swim)

local DEFAULT_PORTS = "7946"
local TCP = 2 -- pinfo.port_type
local MOST_WORDS = 10 -- messages named in the info column
local COMPRESSED_HEAD = "\x09\x82\xa4Algo\x00\xa3Buf"

swim.prefs.ports = Pref.range(
    "Ports",
    DEFAULT_PORTS,
    "UDP and TCP ports of members, such as 7946,8301-8302; at others, form tells",
    65535
)
swim.prefs.keys = Pref.string(
    "Keys",
    "",
    "Keys of encrypted clusters, base64 or hexadecimal, with commas between them"
)
swim.prefs.label = Pref.string(
    "Label",
    "",
    "The cluster's label, where members leave it out of their packets and yet seal with it"
)

local ring = keyring.new("", "")
local known_answers = answers.new()
local ports = nil

local function in_words(found)
    local words = found.words
    local said = table.concat(words, ", ", 1, math.min(#words, MOST_WORDS))
    if #words > MOST_WORDS then
        said = string.format("%s and %d more", said, #words - MOST_WORDS)
    end
    local wrong = false
    for _, problem in ipairs(found.problems) do
        wrong = wrong or problem.mark == "malformed" or problem.mark == "unknown_type"
    end
    return said .. (wrong and (said == "" and "malformed" or " [malformed]") or "")
end

local function place_of(pinfo)
    return {
        source = tostring(pinfo.src),
        source_port = pinfo.src_port,
        destination = tostring(pinfo.dst),
        destination_port = pinfo.dst_port,
        frame = pinfo.number,
        time_s = pinfo.rel_ts,
        visited = pinfo.visited,
    }
end

--- Shows one datagram or one stream's message.
local function show_message(tvb, pinfo, tree, nodes, found, cut)
    pinfo.cols.protocol = "SWIM"
    local words = in_words(found)
    pinfo.cols.info = words
    known_answers:note(found, place_of(pinfo))
    local root = tree:add(swim, tvb())
    root:append_text(": " .. words)
    show.nodes(root, tvb, nodes, cut)
end

local function dissect_datagram(tvb, pinfo, tree)
    local nodes, found = packet.read(tvb:raw(), { keyring = ring })
    show_message(tvb, pinfo, tree, nodes, found, tvb:captured_len() < tvb:reported_len())
    return tvb:len()
end

--- What stream.finish knows of the messages that are not whole yet, by who sends them to whom. The
-- last bytes that it read tell whether these are still the same.
local halves = {}
local TAIL = 32

local function finish(bytes, pinfo)
    local place = place_of(pinfo)
    local key = string.format("%s %d", place.source, place.source_port)
    key = string.format("%s %s %d", key, place.destination, place.destination_port)
    local known = halves[key]
    if known ~= nil and bytes:sub(math.max(1, known.at - TAIL), known.at) ~= known.tail then
        known = nil
    end
    local state, count, more = stream.finish(bytes, known)
    halves[key] = more
    if more ~= nil then
        more.tail = bytes:sub(math.max(1, more.at - TAIL), more.at)
    end
    return state, count
end

local function dissect_stream(tvb, pinfo, tree)
    local bytes = tvb:raw()
    local cut = tvb:captured_len() < tvb:reported_len()
    local state, count = finish(bytes, pinfo)
    if state == stream.MORE and pinfo.can_desegment > 0 and not cut then
        pinfo.desegment_offset = 0
        pinfo.desegment_len = count or DESEGMENT_ONE_MORE_SEGMENT
        return tvb:len()
    end
    local nodes, found = packet.read(bytes, { keyring = ring, stream = true })
    show_message(tvb, pinfo, tree, nodes, found, cut)
    return tvb:len()
end

function swim.dissector(tvb, pinfo, tree)
    if tvb:captured_len() == 0 then
        return 0
    end
    local dissect = pinfo.port_type == TCP and dissect_stream or dissect_datagram
    return dissect(tvb, pinfo, tree)
end

--- On other ports: only what decodes without a fault, and holds what chance does not make.
local function is_datagram(tvb)
    local _, found = packet.read(tvb:raw(), { keyring = ring })
    return found.evidence and #found.problems == 0
end

local function is_stream(tvb)
    local bytes = tvb:raw()
    local state = stream.finish(bytes)
    if state == stream.MALFORMED then
        return false
    end
    local _, found = packet.read(bytes, { keyring = ring, stream = true })
    if state == stream.WHOLE then
        return found.evidence and #found.problems == 0
    end
    local sealed = bytes:find("^\x0a[\x00\x01]...[\x00\x01]") and not ring:is_empty()
    return found.evidence or sealed or bytes:sub(1, #COMPRESSED_HEAD) == COMPRESSED_HEAD
end

local function heuristic(is_ours)
    return function(tvb, pinfo, tree)
        if tvb:captured_len() == 0 or not is_ours(tvb) then
            return false
        end
        pinfo.conversation = swim
        swim.dissector(tvb, pinfo, tree)
        return true
    end
end

swim:register_heuristic("udp", heuristic(is_datagram))
swim:register_heuristic("tcp", heuristic(is_stream))

--- At the start of each capture file.
function swim.init()
    ring:forget()
    known_answers = answers.new()
    halves = {}
end

local TABLES = { DissectorTable.get("udp.port"), DissectorTable.get("tcp.port") }

local function listen_at(wanted)
    if wanted == ports then
        return
    end
    for _, table in ipairs(TABLES) do
        if ports ~= nil and ports ~= "" then
            table:remove(ports, swim)
        end
        if wanted ~= "" then
            table:add(wanted, swim)
        end
    end
    ports = wanted
end

function swim.prefs_changed()
    ring = keyring.new(swim.prefs.keys, swim.prefs.label)
    listen_at(tostring(swim.prefs.ports))
end

listen_at(DEFAULT_PORTS)
