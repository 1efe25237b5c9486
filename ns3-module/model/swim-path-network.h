// SPDX-License-Identifier: GPL-2.0-only
//
// A network of paths: what one member sends another is one event, whatever lies between them.
//
// ns-3's sockets, packets, devices and links cost some ten thousand nanoseconds a datagram, which
// is what a study of the network needs and what one of a hundred thousand members cannot pay. Here
// a path is a delay, and its faults are those of the packet network (SwimFaultTable): the same
// application, the same bytes, no queues.
#ifndef SWIM_PATH_NETWORK_H
#define SWIM_PATH_NETWORK_H

#include "swim-fault-table.h"

#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace swim
{
struct Address;
}

namespace ns3
{

class PathTransport;

/**
 * @ingroup swim
 * Members at routers. From one member to another it takes the delay of both access links and of the
 * quickest path between their routers, which may be drawn for each message, and what the faults add.
 *
 * A datagram that finds nobody at its address, or nobody listening, vanishes. Faults are drawn when
 * a message is sent, but whether it is lost or cut off is decided as it arrives.
 *
 * A datagram of more than MOST_WHOLE_BYTES travels as the fragments that a sender with an MTU of
 * 1500 bytes makes of it: each has its own delay, loss and copies, and it arrives with the last of
 * them, or not at all. A receiver waits for them without end.
 *
 * With a data rate, each member sends one message after the other over its access link: it takes
 * its size with UDP's and IPv4's headers, and later ones wait.
 */
class SwimPathNetwork : public SimpleRefCount<SwimPathNetwork>
{
  public:
    struct Paths
    {
        uint32_t routers = 1;
        std::vector<int64_t> delaysNs; //!< between routers, row by row of those who send
        /// What each message's delay is multiplied by, likewise; null: 1. Empty: all are 1.
        std::vector<Ptr<RandomVariableStream>> delayFactors;
        Time accessDelay;
        std::vector<uint32_t> routerOfMember;
        uint64_t bitsPerSecond = 0; //!< of a member's access link; 0: sending takes no time
    };

    /// @param faults for as many members as there are
    SwimPathNetwork(Paths paths, Ptr<SwimFaultTable> faults);
    ~SwimPathNetwork();

    SwimPathNetwork(const SwimPathNetwork&) = delete;
    SwimPathNetwork& operator=(const SwimPathNetwork&) = delete;

    /// An address that members may have; the first ones are theirs from the start.
    static Ipv4Address AddressOf(uint32_t number);

    /// Gives a member another address. Whoever had it before does not have it any more, and nobody
    /// has the member's old one.
    void SetAddress(uint32_t member, uint32_t number);

    Ipv4Address GetAddress(uint32_t member) const;

    /// @return who has the address now, or NOBODY
    uint32_t FindMember(Ipv4Address address) const;

    /// Whether a stream that was answered leaves a connection, on which the opener's later ones to that
    /// process begin without a handshake until one of the two ends. Off at first.
    void SetStreamsLast(bool last)
    {
        m_streamsLast = last;
    }

    bool StreamsLast() const
    {
        return m_streamsLast;
    }

    // For the members' transports:

    /// A number for each life of a process, from 1 on.
    uint32_t NextLife()
    {
        return ++m_lives;
    }

    /// What hears what arrives for a member.
    struct Listener
    {
        PathTransport* transport = nullptr; //!< null: nobody
        /// The memory that hearing will touch: with many members none of it is in the cache, and it
        /// is quicker to ask for all of it at once than to wait for one piece after the other.
        const void* state = nullptr;
        uint32_t stateBytes = 0;
    };

    void Attach(uint32_t member, const Listener& listener);

    PathTransport* TransportOf(uint32_t member) const
    {
        return m_members[member].listener.transport;
    }

    /// @return who has the address now, or NOBODY
    uint32_t FindMember(const swim::Address& address) const;

    static constexpr uint32_t NOBODY = UINT32_MAX;

    /// What fits into one packet, less the headers of IPv4 and UDP.
    static constexpr uint32_t MOST_WHOLE_BYTES = 1500 - 20 - 8;

    /// @param sender the address that the datagram bears
    /// @param traced its number; see SwimPacketTracer
    /// @return whether the machine has a way out
    bool Send(uint32_t from,
              const swim::Address& sender,
              const swim::Address& to,
              const uint8_t* datagram,
              uint32_t size,
              uint64_t traced);

    /// How long something takes that the member sends now, with the faults' draws.
    Time DrawDelay(uint32_t from, uint32_t to);

    /// Without faults; in the mean, where it varies.
    Time GetDelay(uint32_t from, uint32_t to) const;

    SwimFaultTable& GetFaults() const
    {
        return *m_faults;
    }

  private:
    class Datagram;
    struct Pieces;

    struct Member
    {
        Listener listener;
        uint32_t address = 0;
    };

    /// Memory of datagrams that arrived, for the next ones: half of all calls of malloc would be
    /// for these.
    class MemoryOfSizes
    {
      public:
        MemoryOfSizes() = default;
        ~MemoryOfSizes();
        MemoryOfSizes(const MemoryOfSizes&) = delete;
        MemoryOfSizes& operator=(const MemoryOfSizes&) = delete;

        void* Take(std::size_t bytes);
        void GiveBack(void* memory, std::size_t bytes);

      private:
        static constexpr std::size_t STEP = 64;

        struct Piece
        {
            Piece* next;
        };

        std::array<Piece*, 32> m_free{}; //!< by size; larger ones are the heap's alone
    };

    void Arrive(const Datagram& datagram);
    bool Loses(uint32_t from, uint32_t to, uint64_t traced);
    void Lose(uint64_t traced, SwimLoss why) const;
    void SendFragments(const Ptr<Pieces>& pieces);

    void ArriveFragments(const Ptr<Pieces>& pieces, const std::vector<std::size_t>& fragments)
    {
        for (const std::size_t fragment : fragments)
        {
            ArriveFragment(pieces, fragment);
        }
    }

    void ArriveFragment(const Ptr<Pieces>& pieces, std::size_t fragment);

    std::size_t PlaceOfPair(uint32_t from, uint32_t to) const
    {
        return std::size_t{m_routerOfMember[from]} * m_routers + m_routerOfMember[to];
    }

    Time TakeTurn(uint32_t member, uint32_t packetBytes);

    MemoryOfSizes m_memory;
    Ptr<SwimFaultTable> m_faults;
    std::vector<Member> m_members;
    std::vector<uint32_t> m_routerOfMember; ///< apart, so that a million of them stay in the cache
    std::vector<uint32_t> m_memberOfAddress;
    uint32_t m_routers;
    std::vector<int64_t> m_delaysNs; ///< access links included
    std::vector<Ptr<RandomVariableStream>> m_delayFactors;
    uint64_t m_bitsPerSecond;
    uint32_t m_lives = 0;
    bool m_streamsLast = false;
    std::vector<int64_t> m_freeAtNs; ///< by member: when its access link is; empty: always
};

} // namespace ns3

#endif // SWIM_PATH_NETWORK_H
