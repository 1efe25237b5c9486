-- SPDX-License-Identifier: MIT
--
-- A push/pull: a header, as many rows as it says, and the application's state.

local map = require("swim.map")
local messages = require("swim.messages")
local msgpack = require("swim.msgpack")
local serf_state = require("swim.serf_state")
local fields = require("swim.fields")

local push_pull = {}

push_pull.HEADER = {
    Nodes = { kind = map.at_most(1048576), field = "push_pull.nodes", as = "nodes" },
    UserStateLen = {
        kind = map.at_most(20 * 1024 * 1024),
        field = "push_pull.state_length",
        as = "state_length",
    },
    Join = { kind = map.kinds.boolean, field = "push_pull.join", as = "join" },
}

--- One row. @return its node, and whether it could be read
local function member(found, reader)
    local from = reader.at
    local nodes, values, wrong = map.read(reader, messages.STATE)
    local node = { field = "push_pull.member", from = from, len = reader.at - from }
    node.children = nodes
    local state = values.state or 0
    if wrong == nil and fields.STATES[state] == nil then
        wrong = string.format("State: %d is unknown", state)
    end
    if wrong ~= nil then
        found:problem(node, "malformed", "push/pull member: " .. wrong)
    end
    messages.explain_member(reader.bytes, nodes)
    node.text = string.format(
        "Member %s (incarnation %d) %s",
        values.node or "",
        values.incarnation or 0,
        fields.STATES[state] or state
    )
    return node, wrong == nil
end

--- @param node whose offset `from` is the type byte's
-- @return where the message ends
function push_pull.read(found, node, bytes, to)
    node.field = "push_pull"
    local reader = msgpack.reader(bytes, node.from + 1, to)
    local nodes, values, wrong, known = map.read(reader, push_pull.HEADER)
    for _, child in ipairs(nodes) do
        table.insert(node.children, child)
    end
    local count = values.nodes or 0
    node.text = string.format(
        "push-pull%s, %d member%s",
        values.join and " (join)" or "",
        count,
        count == 1 and "" or "s"
    )
    found:say(node.text)
    messages.add_common(node, "push-pull", {})
    if wrong ~= nil then
        found:problem(node, "malformed", "push/pull: " .. wrong)
        return to
    end
    found.evidence = found.evidence or known > 0
    for number = 1, count do
        if not found:spend(20) then
            local said = string.format("%d of %d members are not shown", count - number + 1, count)
            found:problem(node, "too_many", said)
            return to
        end
        local row, whole = member(found, reader)
        table.insert(node.children, row)
        if not whole then
            return to
        end
    end
    local length = values.state_length or 0
    local from = reader.at
    if not reader:take(length) then
        found:problem(node, "malformed", "push/pull: its user state is cut short")
        return to
    end
    if length > 0 then
        local state = { field = "push_pull.user_state", from = from, len = length }
        state.children = serf_state(bytes, from, from + length)
        table.insert(node.children, state)
    end
    return reader.at
end

return push_pull
