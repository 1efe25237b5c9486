-- SPDX-License-Identifier: MIT
--
-- What Serf adds to a push/pull as user state: its clocks, who left, when each member's status
-- changed last, and the events that it remembers, by a slot for each Lamport time.

local map = require("swim.map")
local serf = require("swim.serf")
local text = require("swim.text")

local kinds = map.kinds

local STATE_TYPE = 2

local LTIME = { kind = kinds.u64, field = "serf.ltime", as = "ltime" }

--- A list or nil, of which each element becomes a node by `read(reader)`, which gives false for
-- none and nil for what cannot be read.
local function list_nodes(field, read)
    return function(reader)
        local from = reader.at
        if reader:peek() == 0xc0 then
            return reader:skip(1)
        end
        local count, wrong = reader:array()
        local nodes = count and {} or nil
        for _ = 1, count or 0 do
            from = reader.at
            local children = read(reader)
            if children == nil then
                return nil, "an element cannot be read"
            elseif children then
                local node = { field = field, from = from, len = reader.at - from }
                node.children = children
                nodes[#nodes + 1] = node
            end
        end
        return nodes, wrong
    end
end

--- One slot of the events that Serf remembers: a Lamport time and the events of that time.
local function event_slot(reader)
    if reader:peek() == 0xc0 then
        return reader:skip(1) and false
    end
    local events = {}
    local each = list_nodes("serf.state.event", function(inner)
        local nodes, _, wrong = map.read(inner, serf.EVENT)
        return wrong == nil and nodes or nil
    end)
    local nodes, _, wrong = map.read(reader, {
        LTime = LTIME,
        Events = {
            kind = function(inner)
                local found, why = each(inner)
                for _, node in ipairs(type(found) == "table" and found or {}) do
                    for _, child in ipairs(node.children) do
                        events[#events + 1] = child
                    end
                end
                return found ~= nil or nil, why
            end,
            as = "events",
        },
    })
    for _, node in ipairs(events) do
        nodes[#nodes + 1] = node
    end
    return wrong == nil and nodes or nil
end

--- A map of names and Lamport times.
local function status_times(reader, nodes)
    if reader:peek() == 0xc0 then
        return reader:skip(1)
    end
    local count, wrong = reader:map()
    for _ = 1, count or 0 do
        local from = reader.at
        local name = reader:text()
        local middle = reader.at
        local time = name and reader:unsigned64()
        if time == nil then
            return nil, "a time cannot be read"
        end
        name = text.printable(name)
        nodes[#nodes + 1] = {
            field = "serf.state.status",
            from = from,
            len = reader.at - from,
            text = "Status of " .. name,
            children = {
                { field = "serf.node", from = from, len = middle - from, value = name },
                { field = "serf.ltime", from = middle, len = reader.at - middle, value = time },
            },
        }
    end
    return count and true, wrong
end

--- The clocks in a push/pull's user state, as nodes; nil where it is none of Serf's.
local function state(bytes, from, to)
    if to - from < 2 or bytes:byte(from + 1) ~= STATE_TYPE then
        return nil
    end
    local more = {}
    local function keep(kind)
        return function(reader)
            local found, wrong = kind(reader)
            for _, node in ipairs(type(found) == "table" and found or {}) do
                more[#more + 1] = node
            end
            return found ~= nil or nil, wrong
        end
    end
    local nodes, values = map.read_whole(bytes, from + 1, to, {
        EventLTime = { kind = kinds.u64, field = "serf.state.event_ltime" },
        LTime = LTIME,
        QueryLTime = { kind = kinds.u64, field = "serf.state.query_ltime" },
        LeftMembers = { kind = map.list(kinds.text), field = "serf.state.left" },
        Events = { kind = keep(list_nodes("serf.state.event", event_slot)), as = "events" },
        StatusLTimes = {
            kind = function(reader)
                return status_times(reader, more)
            end,
            as = "status",
        },
    })
    if nodes == nil or values.ltime == nil then
        return nil
    end
    for _, node in ipairs(more) do
        nodes[#nodes + 1] = node
    end
    table.insert(nodes, 1, serf.type_node(from, STATE_TYPE))
    return nodes
end

return state
