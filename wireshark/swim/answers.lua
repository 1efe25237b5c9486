-- SPDX-License-Identifier: MIT
--
-- Which ack or nack answers which ping or ping-req: of the same number, between the same two
-- addresses, the last one before it. An ack that a relay passes on answers the ping-req.

local answers = {}

local Answers = {}
Answers.__index = Answers

function answers.new()
    return setmetatable({ open = {}, questions = {}, answered = {} }, Answers)
end

local function key_of(from, from_port, to, to_port, seq)
    return string.format("%s %d %s %d %d", from, from_port, to, to_port, seq)
end

local function generated(node, field, value)
    local shown = { field = field, from = node.from, len = node.len, value = value }
    shown.generated = true
    table.insert(node.children, shown)
end

local function duration(seconds)
    local nanoseconds = math.floor(seconds * 1e9 + 0.5)
    local rest = nanoseconds % 1e9
    return { seconds = (nanoseconds - rest) / 1e9, nanoseconds = rest }
end

--- Remembers, where a packet is seen for the first time, and adds what is known to its nodes.
-- @param place {source, source_port, destination, destination_port, frame, time_s, visited}
function Answers:note(found, place)
    for _, question in ipairs(found.questions) do
        local own = string.format("%d %d", place.frame, question.seq)
        if not place.visited then
            local key = key_of(
                place.source,
                place.source_port,
                place.destination,
                place.destination_port,
                question.seq
            )
            self.open[key] = { frame = place.frame, time_s = place.time_s, own = own }
        end
        if self.answered[own] ~= nil then
            generated(question.node, "answered_in", self.answered[own])
        end
    end
    for _, answer in ipairs(found.answers) do
        local own = string.format("%d %d", place.frame, answer.seq)
        if not place.visited then
            local question = self.open[key_of(
                place.destination,
                place.destination_port,
                place.source,
                place.source_port,
                answer.seq
            )]
            self.questions[own] = question
            if question ~= nil and self.answered[question.own] == nil then
                self.answered[question.own] = place.frame
            end
        end
        local question = self.questions[own]
        if question ~= nil then
            generated(answer.node, "answers", question.frame)
            generated(answer.node, "answer_time", duration(place.time_s - question.time_s))
        end
    end
end

return answers
