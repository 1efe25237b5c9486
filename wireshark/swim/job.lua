-- SPDX-License-Identifier: MIT
--
-- What one packet's decoding keeps: what was found, what is wrong, and how much more may be done.
-- A stranger's packet may ask for millions of parts; the limits keep that short.

local job = {}

local Job = {}
Job.__index = Job

local MOST_NODES = 400000
-- A datagram's messages together, as Swimlab's own members allow; a stream's.
local MOST_INFLATED_DATAGRAM = 16 * 65536
local MOST_INFLATED_STREAM = 16 * 1024 * 1024

--- @param options stream: whether the bytes are a stream's; keyring: what opens envelopes
function job.new(options)
    return setmetatable({
        stream = options.stream or false,
        keyring = options.keyring,
        budget = options.stream and MOST_INFLATED_STREAM or MOST_INFLATED_DATAGRAM,
        nodes_left = MOST_NODES,
        problems = {},
        words = {}, -- what the messages say, in order
        questions = {}, -- pings and ping-reqs: {seq, node}
        answers = {}, -- acks and nacks likewise
        evidence = false, -- whether something was found that chance does not make
        label = nil,
    }, Job)
end

--- Says what is wrong with a node. @param said in words; nil: what the mark says is enough
function Job:problem(node, mark, said)
    local problem = { mark = mark, text = said }
    node.problems = node.problems or {}
    table.insert(node.problems, problem)
    table.insert(self.problems, problem)
end

--- Takes so many nodes off what may be made. @return whether that many were left
function Job:spend(count)
    self.nodes_left = self.nodes_left - count
    return self.nodes_left >= 0
end

function Job:say(words)
    table.insert(self.words, words)
end

return job
