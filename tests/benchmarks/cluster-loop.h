// SPDX-License-Identifier: MIT
//
// Sixty-four nodes that hand each other their datagrams at once: the protocol's own work and next
// to nothing else.
//
// Nothing here allocates once it runs, nothing is lost or late, and every datagram is encoded by
// one node and decoded by another: what the steady state costs can be timed, and its heap
// allocations counted, without a driver in between.
#pragma once

#include "swim/assert.h"
#include "swim/node.h"

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace swim
{

class ClusterLoop
{
  public:
    static constexpr std::uint32_t MEMBERS = 64;
    static constexpr std::uint32_t SLANDERED_EVERY = 4;

    explicit ClusterLoop(const Config& config)
    {
        std::vector<IdentityId> everybody;
        for (std::uint32_t member = 0; member < MEMBERS; ++member)
        {
            const NameId name = m_directory.InternName("member-" + std::to_string(member));
            everybody.push_back(m_directory.Intern(name, AddressOf(member), "", OUR_VERSIONS));
        }
        const auto shared = std::make_shared<Config>(config);
        const auto baseline = std::make_shared<Baseline>(everybody, m_directory);
        for (std::uint32_t member = 0; member < MEMBERS; ++member)
        {
            Node::Setup setup;
            setup.config = shared;
            setup.self = everybody[member];
            setup.baseline = baseline;
            setup.age = Age::SETTLED;
            m_nodes.push_back(std::make_unique<Node>(setup, Rng(1, member), m_directory));
            m_nodes.back()->Start(m_now);
        }
    }

    /// Lets time pass and everybody do what is due, and answer what they hear.
    /// @return how many datagrams were encoded by one node and decoded by another
    [[gnu::noinline]] std::uint64_t Step(Duration time)
    {
        m_now += time;
        m_delivered = 0;
        // All of them first: who hears something fires what is due, and would answer with a ping.
        m_outboxes[0].Clear();
        std::array<std::size_t, MEMBERS> ends;
        for (std::uint32_t member = 0; member < MEMBERS; ++member)
        {
            m_nodes[member]->Advance(m_now, m_outboxes[0]);
            ends[member] = m_outboxes[0].Datagrams().size();
        }
        std::size_t begin = 0;
        for (std::uint32_t member = 0; member < MEMBERS; ++member)
        {
            Deliver(member, 0, begin, ends[member]);
            begin = ends[member];
        }
        return m_delivered;
    }

    /// Every so manieth member hears that it is suspected, and tells everybody otherwise.
    void Slander()
    {
        for (std::uint32_t member = 0; member < MEMBERS; member += SLANDERED_EVERY)
        {
            const Node& node = At(member);
            m_slander.clear();
            wire::EncodeSuspect(
                {node.Incarnation(), m_directory.Name(node.Name()), m_directory.Name(At(1).Name())},
                m_slander);
            Hear(member, m_slander);
        }
    }

    /// Keeps a copy of each datagram that is delivered from now on. @param copies null: no more
    void KeepCopies(std::vector<wire::Bytes>* copies)
    {
        m_copies = copies;
    }

    /// Hands one node a datagram from outside, and on what it answers.
    void Hear(std::uint32_t member, wire::ByteView datagram)
    {
        m_outboxes[0].Clear();
        m_nodes[member]->Receive(m_now, AddressOf(member), datagram, m_outboxes[0]);
        Deliver(member, 0, 0, m_outboxes[0].Datagrams().size());
    }

    const Node& At(std::uint32_t member) const
    {
        return *m_nodes[member];
    }

    static Address AddressOf(std::uint32_t member)
    {
        return {std::array<std::uint8_t, 4>{10, 0, 0, static_cast<std::uint8_t>(member)}, 7946};
    }

  private:
    /// A ping of a step, its ack, and what an ack calls forth: nothing.
    static constexpr std::size_t DEPTH = 3;

    void Deliver(std::uint32_t from, std::size_t depth, std::size_t begin, std::size_t end)
    {
        for (std::size_t i = begin; i < end; ++i)
        {
            SWIM_ASSERT(depth + 1 < DEPTH, "nobody answers an answer");
            const Outbox::Datagram& datagram = m_outboxes[depth].Datagrams()[i];
            const std::uint32_t to = datagram.to.bytes[3];
            const wire::ByteView bytes = m_outboxes[depth].Bytes(datagram);
            if (m_copies != nullptr)
            {
                m_copies->emplace_back(bytes.begin(), bytes.end());
            }
            Outbox& answers = m_outboxes[depth + 1];
            answers.Clear();
            m_nodes[to]->Receive(m_now, AddressOf(from), bytes, answers);
            ++m_delivered;
            Deliver(to, depth + 1, 0, answers.Datagrams().size());
        }
    }

    Directory m_directory;
    std::vector<std::unique_ptr<Node>> m_nodes;
    std::array<Outbox, DEPTH> m_outboxes;
    wire::Bytes m_slander;
    std::vector<wire::Bytes>* m_copies = nullptr;
    Instant m_now{};
    std::uint64_t m_delivered = 0;
};

} // namespace swim
