// SPDX-License-Identifier: GPL-2.0-only
//
// An emulated network with sockets of Linux in its members' namespaces, for tests.
//
// A socket stays in the namespace in which it was made, so tests need no processes of their own.
#pragma once

#include "lab/emulation/emulated-network.h"

#include <arpa/inet.h>
#include <chrono>
#include <cstring>
#include <gtest/gtest.h>
#include <memory>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <utility>
#include <vector>

namespace swimlab
{

inline constexpr MemberId EMULATED_MEMBERS = 4;

/// A star, so a path is two links of `accessDelay`.
inline Plan EmulatedPlan(std::uint32_t members = EMULATED_MEMBERS)
{
    Plan plan;
    plan.seed = 1;
    plan.members = members;
    TopologySpec spec;
    spec.kind = TopologyKind::STAR;
    spec.accessDelay = std::chrono::milliseconds(5);
    plan.topology = BuildTopology(spec);
    plan.routerOfMember = Attach(members, plan.topology, AttachPolicy::EVEN);
    return plan;
}

inline sockaddr_in ToSocketAddress(const swim::Address& address)
{
    sockaddr_in in{};
    in.sin_family = AF_INET;
    std::memcpy(&in.sin_addr, address.Bytes().data(), 4);
    in.sin_port = htons(address.port);
    return in;
}

/// A socket of a member, on the member's port if asked for.
class MemberSocket
{
  public:
    static constexpr std::chrono::milliseconds GIVE_UP = std::chrono::seconds(20);

    MemberSocket(const EmulatedNetwork& network, MemberId member, int type = SOCK_DGRAM)
    {
        std::thread([&]() {
            if (network.EntranceOf(member)())
            {
                m_socket = Descriptor(socket(AF_INET, type | SOCK_CLOEXEC, 0));
            }
        }).join();
        const int bytes = 16 << 20;
        setsockopt(Get(), SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes));
        const sockaddr_in own = ToSocketAddress(network.AddressOf(member));
        EXPECT_EQ(bind(Get(), reinterpret_cast<const sockaddr*>(&own), sizeof(own)), 0);
    }

    explicit MemberSocket(int accepted)
        : m_socket(accepted)
    {
    }

    int Get() const
    {
        return m_socket.Get();
    }

    /// @return whether the socket took it; errno says why not
    bool SendTo(const swim::Address& to, const std::string& text) const
    {
        const sockaddr_in in = ToSocketAddress(to);
        return sendto(Get(),
                      text.data(),
                      text.size(),
                      0,
                      reinterpret_cast<const sockaddr*>(&in),
                      sizeof(in)) == static_cast<ssize_t>(text.size());
    }

    bool ConnectTo(const swim::Address& to) const
    {
        const sockaddr_in in = ToSocketAddress(to);
        return connect(Get(), reinterpret_cast<const sockaddr*>(&in), sizeof(in)) == 0;
    }

    bool IsReadable(std::chrono::milliseconds within) const
    {
        pollfd ready{Get(), POLLIN, 0};
        return poll(&ready, 1, static_cast<int>(within.count())) == 1;
    }

    /// What comes next, "nothing" if nothing does.
    /// @param sender set to its sender
    std::string Receive(std::chrono::milliseconds within = GIVE_UP,
                        swim::Address* sender = nullptr) const
    {
        std::string bytes(65536, '\0');
        sockaddr_in from{};
        socklen_t size = sizeof(from);
        if (!IsReadable(within))
        {
            return "nothing";
        }
        bytes.resize(recvfrom(Get(),
                              bytes.data(),
                              bytes.size(),
                              0,
                              reinterpret_cast<sockaddr*>(&from),
                              &size));
        if (sender)
        {
            const auto* raw = reinterpret_cast<const std::uint8_t*>(&from.sin_addr);
            *sender = swim::Address({raw, 4}, ntohs(from.sin_port));
        }
        return bytes;
    }

  private:
    Descriptor m_socket;
};

class EmulatedNetworkTest : public testing::Test
{
  protected:
    LiveNetwork::Impair RecordSlowness()
    {
        return [this](MemberId member, const swim::Impairment& impairment) {
            m_slowed.emplace_back(member, impairment.slow);
        };
    }

    void SetUp() override
    {
        if (const std::string missing = WhyNoEmulation(); !missing.empty())
        {
            GTEST_SKIP() << missing;
        }
        m_network = std::make_unique<EmulatedNetwork>(m_plan, RecordSlowness());
        m_network->Begin();
    }

    EmulatedNetwork& Network()
    {
        return *m_network;
    }

    swim::Address AddressOf(MemberId member) const
    {
        return m_network->AddressOf(member);
    }

    MemberSocket Datagrams(MemberId member) const
    {
        return MemberSocket(*m_network, member);
    }

    /// @param set what the action is about besides its verb
    void Perform(
        Verb verb,
        const std::function<void(Action&)>& set = [](Action&) {})
    {
        Action action;
        action.verb = verb;
        set(action);
        m_network->Perform(action);
    }

    /// Waits until what `from` has sent by now has arrived or is lost: packets keep their order.
    /// @return what was received meanwhile
    std::vector<std::string> Collect(const MemberSocket& from,
                                     const MemberSocket& to,
                                     const swim::Address& address)
    {
        constexpr int MOST_TRIES = 400;
        const std::string marker = "marker " + std::to_string(m_markers++);
        std::vector<std::string> received;
        for (int i = 0; i < MOST_TRIES; i++)
        {
            from.SendTo(address, marker);
            while (to.IsReadable(std::chrono::milliseconds(50)))
            {
                received.push_back(to.Receive());
                if (received.back() == marker)
                {
                    received.pop_back();
                    return received;
                }
            }
        }
        ADD_FAILURE() << "no marker got through";
        return received;
    }

    /// Lets more than a path's delay pass, by the network's own clock: there and back between
    /// members 2 and 3, whom no fault may part.
    void WaitForArrivals()
    {
        const auto there = Datagrams(2);
        const auto back = Datagrams(3);
        Collect(there, back, AddressOf(3));
        Collect(back, there, AddressOf(2));
    }

    Plan m_plan = EmulatedPlan();
    std::unique_ptr<EmulatedNetwork> m_network;
    int m_markers = 0;
    std::vector<std::pair<MemberId, Duration>> m_slowed; ///< what members were told
};

} // namespace swimlab
