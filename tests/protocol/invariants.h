// SPDX-License-Identifier: MIT
//
// What must hold in every cluster after every input, whatever goes wrong. Settings must keep
// reap_time beyond the length of the run: who is forgotten may come back as a stranger.
#pragma once

#include "virtual-network.h"

#include <gtest/gtest.h>
#include <utility>

namespace swim
{

class Invariants
{
  public:
    explicit Invariants(const VirtualNetwork& network, const Config& config)
        : m_network(network),
          m_config(config),
          m_views(network.Members()),
          m_highest(network.Members(), 1)
    {
    }

    void Check(Member member, const Node& node, const Outbox& out)
    {
        View& view = m_views[member];
        if (view.life != m_network.Life(member))
        {
            Begin(view, member, node);
        }
        m_highest[member] = std::max(m_highest[member], node.Incarnation());
        CheckSelf(member, node, out);
        CheckSizes(node, out);
        ReplayEvents(view, member, out);
        for (Member subject = 0; subject < m_network.Members(); ++subject)
        {
            CheckPeer(view, member, node, subject);
        }
    }

  private:
    /// What a member was last seen to believe, and what its events alone tell of it.
    struct View
    {
        std::uint32_t life = 0;
        bool leaving = false;
        std::vector<PeerRecord> records;
        std::vector<PeerRecord> told;
    };

    static PeerRecord Record(const Node& node, Member subject)
    {
        const Slot slot = node.Members().Find(VirtualNetwork::NameOf(subject));
        return slot == NONE ? PeerRecord{} : node.Members().At(slot);
    }

    void Begin(View& view, Member member, const Node& node)
    {
        view = View{};
        view.life = m_network.Life(member);
        for (Member subject = 0; subject < m_network.Members(); ++subject)
        {
            view.records.push_back(Record(node, subject));
        }
        view.told = view.records;
    }

    /// Nobody believes that itself is suspect, dead or, without having left, left.
    void CheckSelf(Member member, const Node& node, const Outbox& out)
    {
        View& view = m_views[member];
        for (const Event& event : out.Events())
        {
            view.leaving |= event.kind == EventKind::LEFT && event.subject == node.Name();
        }
        const PeerRecord self = Record(node, member);
        ASSERT_TRUE(self.Present());
        EXPECT_EQ(self.State(), view.leaving ? MemberState::LEFT : MemberState::ALIVE);
        EXPECT_EQ(self.incarnation, node.Incarnation());
    }

    /// A datagram fits the buffer (a CRC frame comes on top), the queue holds one update a member.
    void CheckSizes(const Node& node, const Outbox& out)
    {
        for (const Outbox::Datagram& datagram : out.Datagrams())
        {
            EXPECT_LE(datagram.size, m_config.udpBufferSize + wire::CRC_SIZE);
        }
        EXPECT_LE(node.QueuedUpdates(), m_network.Members());
    }

    void ReplayEvents(View& view, Member member, const Outbox& out)
    {
        for (const Event& event : out.Events())
        {
            if (event.subject == NONE)
            {
                continue;
            }
            PeerRecord& told = view.told[event.subject];
            const auto becomes = [&](MemberState state) {
                told = PeerRecord(event.subject, event.incarnation, state, m_network.Now());
            };
            switch (event.kind)
            {
            case EventKind::JOINED:
                EXPECT_TRUE(!told.Present() || told.Gone());
                becomes(MemberState::ALIVE);
                break;
            case EventKind::SUSPECT:
                EXPECT_EQ(told.State(), MemberState::ALIVE);
                becomes(MemberState::SUSPECT);
                break;
            case EventKind::REFUTED:
                EXPECT_EQ(told.State(),
                          event.subject == member ? MemberState::ALIVE : MemberState::SUSPECT);
                becomes(MemberState::ALIVE);
                break;
            case EventKind::DEAD:
                EXPECT_FALSE(told.Gone());
                becomes(MemberState::DEAD);
                break;
            case EventKind::LEFT:
                EXPECT_FALSE(told.Gone());
                becomes(MemberState::LEFT);
                break;
            case EventKind::REJECTED:
                ADD_FAILURE() << "our own members send nothing malformed: " << event.reason;
                break;
            default:
                break;
            }
        }
    }

    void CheckPeer(View& view, Member member, const Node& node, Member subject)
    {
        const PeerRecord now = Record(node, subject);
        const PeerRecord before = std::exchange(view.records[subject], now);
        if (!now.Present())
        {
            EXPECT_FALSE(before.Present()) << "nobody is forgotten before reap_time";
            return;
        }
        EXPECT_LE(now.incarnation, m_highest[subject]) << "only a member raises its incarnation";
        if (before.Present())
        {
            EXPECT_GE(now.incarnation, before.incarnation);
        }
        if (before.Present() && before.Gone() && !now.Gone())
        {
            EXPECT_GT(now.incarnation, before.incarnation) << "the dead rise by refuting only";
        }
        EXPECT_EQ(now.State(), view.told[subject].State())
            << "m" << member << "'s events told something else of m" << subject;
    }

    const VirtualNetwork& m_network;
    const Config& m_config;
    std::vector<View> m_views;
    std::vector<std::uint32_t> m_highest; ///< each member's, over all its lives; a baseline says 1
};

} // namespace swim
