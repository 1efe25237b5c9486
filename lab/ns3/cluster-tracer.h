// SPDX-License-Identifier: GPL-2.0-only
//
// Traces a simulated cluster: puts down what its members send and decide, and finds out what becomes
// of each message, on paths and in packets of ns-3.
#pragma once

#include "lab/ns3/animation.h"
#include "lab/ns3/packet-log.h"
#include "lab/ns3/simulated-network.h"
#include "lab/record/trace/trace-queue.h"
#include "lab/record/trace/trace.h"
#include "message-tracer.h"

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace swimlab
{

class ClusterTracer final : public ns3::MessageTracer
{
  public:
    /// @param trace of the run @param network is told to tell the tracer; all of them outlive it
    ClusterTracer(const Plan& plan, Trace& trace, SimulatedNetwork& network);

    /// The run is over. From now on nothing is taken in.
    void Finish();

    std::uint64_t OnSent(std::uint32_t member,
                         const swim::Address& to,
                         swim::wire::ByteView datagram) override;
    std::uint64_t OnRequestSent(std::uint32_t member,
                                std::uint32_t exchange,
                                const swim::Address& to,
                                swim::wire::ByteView message) override;
    void OnAnswerSent(std::uint32_t member,
                      std::uint64_t request,
                      std::size_t requestBytes,
                      const swim::Address& to,
                      swim::wire::ByteView message) override;
    void OnHeard(std::uint32_t member, std::uint64_t message) override;
    void OnAnswered(std::uint32_t member, std::uint32_t exchange) override;
    void OnStreamGone(std::uint32_t member, std::uint32_t exchange) override;
    void OnInjected(std::uint32_t member,
                    const swim::Address& from,
                    swim::wire::ByteView datagram) override;
    void OnDecision(std::uint32_t member,
                    const swim::Decision& decision,
                    const swim::Directory& names) override;
    void OnLife(std::uint32_t member, Life life) override;
    void Bind(const ns3::Packet& datagram, std::uint64_t message) override;
    std::uint64_t Find(const ns3::Packet& datagram) const override;
    void BindStream(const swim::Address& opener, std::uint64_t request) override;
    std::uint64_t FindStream(const swim::Address& opener) const override;

    void OnCopies(std::uint64_t message, std::uint32_t more) override;
    void OnLost(std::uint64_t message, ns3::SwimLoss why) override;
    void OnTransmitted(std::uint32_t member,
                       const ns3::Packet& packet,
                       std::uint32_t header) override;
    void OnHop(const ns3::SwimHop& hop, const ns3::Packet& packet, std::uint32_t header) override;
    void OnPacketCopies(const ns3::Packet& packet,
                        std::uint32_t header,
                        std::uint32_t more) override;
    void OnPacketLost(const ns3::Packet& packet, std::uint32_t header, ns3::SwimLoss why) override;
    void OnPacketArrived(std::uint32_t member,
                         const ns3::Packet& packet,
                         std::uint32_t header) override;

  private:
    /// A stream, by who opened it and its number there.
    using Stream = std::pair<std::uint32_t, std::uint32_t>;

    /// The messages of a stream, and whom it goes to.
    struct Exchange
    {
        std::uint64_t request;
        std::uint64_t answer = 0;
        std::optional<MemberId> acceptor;
    };

    /// A request on a stream that is gone, which may yet be read.
    struct Unread
    {
        std::uint64_t request;
        MemberId acceptor;
        std::int64_t sinceNs; ///< it could have been read; -1: the acceptor stands still
        ns3::SwimLoss why;    ///< it will not have been
    };

    Party PartyAt(const swim::Address& address) const;
    std::optional<MadeAddresses> Made(std::uint32_t member, const swim::Address& to) const;
    void GiveUp(std::uint32_t opener, const Exchange& exchange);
    void ForgetUnread();

    const Plan& m_plan;
    SimulatedNetwork& m_network;
    TraceQueue m_queue;
    std::optional<Animation> m_animation;
    std::optional<PacketLog> m_packets; ///< of a network that carries packets
    bool m_makesPackets = false;        ///< the capture's are made of messages
    bool m_lingers;                     ///< what a stream has sent may arrive after it is closed
    std::vector<Life> m_lives;          ///< by member
    std::map<Stream, Exchange> m_exchanges;
    std::unordered_map<std::uint64_t, Stream> m_streams; ///< by request, of those
    std::vector<Unread> m_unread;
    /// More are looked through for those that are settled.
    static constexpr std::size_t LEAST_BOUND = 4096;

    std::size_t m_mostBound = LEAST_BOUND;
    std::unordered_map<std::uint64_t, std::uint64_t> m_datagrams; ///< by ns-3's number of a packet
    std::map<std::pair<std::uint64_t, std::uint16_t>, std::uint64_t> m_openers; ///< requests
};

} // namespace swimlab
