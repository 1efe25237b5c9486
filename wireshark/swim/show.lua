-- SPDX-License-Identifier: MIT
--
-- Puts nodes (map.lua) into Wireshark's tree: registers each field of fields.lua, and each mark.

local fields = require("swim.fields")

local show = {}

local registered = {} -- by the name that nodes use: {field, type}
local marks = {}

local function proto_field(prefix, row)
    local name, type, label, meaning, words = row[1], row[2], row[3], row[4], row[5]
    local full = prefix .. name
    if type == "FRAMENUM_REQUEST" then
        return ProtoField.framenum(full, label, base.NONE, frametype.REQUEST, 0, meaning)
    elseif type == "FRAMENUM_RESPONSE" then
        return ProtoField.framenum(full, label, base.NONE, frametype.RESPONSE, 0, meaning)
    elseif type == "UINT32_HEX" then
        return ProtoField.uint32(full, label, base.HEX, nil, 0, meaning)
    elseif type:find("UINT") then
        return ProtoField.new(label, full, ftypes[type], words, base.DEC, 0, meaning)
    end
    return ProtoField.new(label, full, ftypes[type], nil, base.NONE, 0, meaning)
end

--- The fields of one protocol. @param prefix in front of their names where nodes name them
function show.register(protocol, rows, prefix)
    local all = {}
    for _, row in ipairs(rows) do
        local field = proto_field(protocol.name:lower() .. ".", row)
        registered[prefix .. row[1]] = { field = field, type = row[2] }
        table.insert(all, field)
    end
    protocol.fields = all
end

function show.register_marks(protocol)
    local all = {}
    for _, row in ipairs(fields.MARKS) do
        local group, severity = expert.group[row[2]], expert.severity[row[3]]
        marks[row[1]] = ProtoExpert.new("swim." .. row[1], row[4], group, severity)
        table.insert(all, marks[row[1]])
    end
    protocol.experts = all
end

--- A node's bytes, without the head in front of text and bytes.
local function range_of(tvb, node, type)
    if type == "BYTES" and node.value ~= nil then
        return tvb(node.from + node.len - #node.value, #node.value)
    end
    return tvb(node.from, node.len)
end

local function add(tree, tvb, node)
    local entry = registered[node.field]
    if entry == nil then
        return tree:add(tvb(node.from, node.len), node.text)
    end
    local range, value = range_of(tvb, node, entry.type), node.value
    if value == nil or entry.type == "BYTES" then
        return tree:add(entry.field, range)
    elseif entry.type == "UINT64" then
        return tree:add(entry.field, range, UInt64.new(value.low, value.high))
    elseif entry.type == "RELATIVE_TIME" then
        return tree:add(entry.field, range, NSTime.new(value.seconds, value.nanoseconds))
    end
    return tree:add(entry.field, range, value)
end

--- @param cut whether the capture has only the beginning of the packet: then nothing else is wrong
local function show_problems(item, node, cut)
    for _, problem in ipairs(node.problems or {}) do
        if cut then
            item:add_proto_expert_info(marks.cut_short)
        elseif problem.text ~= nil then
            item:add_proto_expert_info(marks[problem.mark], problem.text)
        else
            item:add_proto_expert_info(marks[problem.mark])
        end
    end
end

--- @param nodes to show below the tree's item; their offsets count in the tvb
function show.nodes(tree, tvb, nodes, cut)
    for _, node in ipairs(nodes) do
        local bytes = tvb
        if node.source ~= nil then
            bytes = ByteArray.new(node.source.bytes, true):tvb(node.source.name)
        end
        local item = add(tree, bytes, node)
        if node.text ~= nil then
            item:set_text(node.text)
        end
        if node.hidden then
            item:set_hidden()
        elseif node.generated then
            item:set_generated()
        end
        show_problems(item, node, cut)
        if node.children ~= nil then
            show.nodes(item, bytes, node.children, cut)
        end
    end
end

return show
