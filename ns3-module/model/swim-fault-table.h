// SPDX-License-Identifier: GPL-2.0-only
//
// What the network does to packets between members: who loses, who is cut off, who is slow.
//
// One table for the whole network, read by every member's link and changed while the simulation
// runs. It is one table because faults are about pairs of members: a partition, say, is a number a
// member, not a rule at each of a thousand links.
#ifndef SWIM_FAULT_TABLE_H
#define SWIM_FAULT_TABLE_H

#include "swim-packet-tracer.h"

#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simple-ref-count.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ns3
{

/**
 * @ingroup swim
 * What a block stops: all packets, or UDP's or TCP's alone.
 */
enum class SwimCarrier : uint8_t
{
    ALL,
    DATAGRAMS,
    STREAMS,
};

/// A delay that varies. @param factor with a mean of 1; below 0 it counts as 0
int64_t DrawDelayNs(int64_t meanNs, const Ptr<RandomVariableStream>& factor);

/**
 * @ingroup swim
 * Faults of a network of members, who are numbered from 0.
 *
 * A packet is a UDP datagram, a TCP segment of any kind, an ICMP message, or a fragment of one.
 * It goes from member a to member b when all of this holds:
 * - a is up as the packet leaves its link, and b is up as it arrives;
 * - a and b are on the same side, and no block stops it from a to b, as it arrives;
 * - independent draws all spare it: the path's loss, the outbound loss of a, the inbound loss of b.
 *   It survives with probability (1 - path) (1 - outbound of a) (1 - inbound of b); where there are
 *   losses of pairs, also by that of a's place and b's.
 *
 * Packets that do not get through vanish: no ICMP, no RST, as when a cable is cut.
 *
 * A packet that leaves a is doubled with the path's probability, and again with the outbound one of
 * a; one on its last link with the inbound one of b. Copies are delayed and lost each for itself.
 *
 * It is slower than the links by the delay of the path, which may be drawn, the outbound delay of a
 * and the inbound delay of b, and by three draws, each uniform between 0 and the jitter of the path, of a and of b.
 * Each packet draws for itself, so packets overtake each other where jitter exceeds their distance
 * in time. Reordering holds back a share of the packets by a fixed time, so that later ones
 * overtake these and no others.
 *
 * Probabilities are from 0 to 1, times are not negative; anything else is refused.
 */
class SwimFaultTable : public SimpleRefCount<SwimFaultTable>
{
  public:
    explicit SwimFaultTable(uint32_t members);

    /// Fix the random streams. @return the number of streams used
    int64_t AssignStreams(int64_t stream);

    /// Of every packet, whoever sends it, once on its way.
    void SetPathLoss(double probability);
    void SetPathDelay(Time delay);
    void SetPathJitter(Time jitter);

    /// What the path's delay is multiplied by, packet for packet; below 0 counts as 0.
    /// @param factor with a mean of 1; null: the delay is the same for all
    void SetPathDelayFactor(Ptr<RandomVariableStream> factor);

    void SetPathDuplication(double probability);
    void SetPathReordering(double probability, Time by);

    /**
     * Of every packet from one place to another, besides the path's.
     * @param placeOfMember numbered from 0
     * @param probabilities between places, row by row of those who send
     */
    void SetPairLoss(std::vector<uint32_t> placeOfMember, std::vector<double> probabilities);

    void SetOutboundLoss(uint32_t member, double probability);
    void SetInboundLoss(uint32_t member, double probability);

    void SetOutboundDelay(uint32_t member, Time delay);
    void SetInboundDelay(uint32_t member, Time delay);
    void SetOutboundJitter(uint32_t member, Time jitter);
    void SetInboundJitter(uint32_t member, Time jitter);
    void SetOutboundDuplication(uint32_t member, double probability);
    void SetInboundDuplication(uint32_t member, double probability);
    void SetOutboundReordering(uint32_t member, double probability, Time by);
    void SetInboundReordering(uint32_t member, double probability, Time by);

    /// A crashed machine is not up.
    void SetUp(uint32_t member, bool up);

    /// A machine without its cable reaches nobody, as one that is not up.
    void SetConnected(uint32_t member, bool connected);

    /// Whether packets leave the machine and reach it.
    bool IsUp(uint32_t member) const;

    /// Members of different sides do not reach each other. All are on side 0 at the start.
    void SetSide(uint32_t member, uint32_t side);

    /// Everybody is on side 0.
    void Heal();

    /// Nothing so carried gets from any of `from` to any of `to`; the other direction is not
    /// touched. Adds to earlier blocks. @param block a number to end it by; several may share one
    void Block(uint64_t block,
               const std::vector<uint32_t>& from,
               const std::vector<uint32_t>& to,
               SwimCarrier carrier);

    /// Ends the blocks of that number.
    void Unblock(uint64_t block);

    void UnblockAll();

    /// Whether a packet that arrives now is lost; draws only where there is something to lose.
    /// @param protocol number in its IPv4 header
    bool Loses(uint32_t from, uint32_t to, uint8_t protocol);

    /// Whether nothing gets through at this moment, loss apart.
    bool IsCut(uint32_t from, uint32_t to, uint8_t protocol) const
    {
        return WhyCut(from, to, protocol) != SwimLoss::NONE;
    }

    /// @return what stops it; NONE: nothing
    SwimLoss WhyCut(uint32_t from, uint32_t to, uint8_t protocol) const;

    /// @return why nothing leaves or reaches the machine; NONE: it is up
    SwimLoss WhyDown(uint32_t member) const;

    /// Who is told what becomes of messages. @param tracer outlives the table; null: nobody
    void SetTracer(SwimPacketTracer* tracer)
    {
        m_tracer = tracer;
    }

    SwimPacketTracer* Tracer() const
    {
        return m_tracer;
    }

    /// Whether a packet is lost that is not cut off; draws only where there is something to lose.
    bool DrawLoss(uint32_t from, uint32_t to);

    /// How often a packet leaves the member that it sent once: 1 or more.
    uint32_t OutboundCopies(uint32_t member);

    /// How often a packet reaches the member that its router sent once.
    uint32_t InboundCopies(uint32_t member);

    /// How much longer a packet takes that the member sends: its own share and the path's.
    Time OutboundDelay(uint32_t member);

    /// How much longer a packet takes on the last link, to the member: its own share.
    Time InboundDelay(uint32_t member);

  private:
    struct Slowness
    {
        int64_t delayNs = 0;
        int64_t jitterNs = 0;
        double reordering = 0;
        int64_t reorderedByNs = 0;
    };

    struct Member
    {
        double outboundLoss = 0;
        double inboundLoss = 0;
        double outboundDuplication = 0;
        double inboundDuplication = 0;
        Slowness outbound;
        Slowness inbound;
        uint32_t side = 0;
    };

    /// What is asked for every packet, in a byte a member: a million of them stay in the cache.
    enum Trait : uint8_t
    {
        DOWN = 1,
        DISCONNECTED = 2,
        PARTED = 4,   //!< on another side than 0
        IMPAIRED = 8, //!< has a value of its own: loss, delay, jitter, duplication or reordering
    };

    /// One call of Block, as a flag for each member.
    struct OneWayBlock
    {
        uint64_t number;
        SwimCarrier carrier;
        std::vector<bool> from;
        std::vector<bool> to;
    };

    /// @pre the member exists, or the simulation ends with a message
    Member& At(uint32_t member);

    /// Its values, which are to be changed.
    Member& Impair(uint32_t member);

    void SetTrait(uint32_t member, Trait trait, bool has);

    bool IsImpaired(uint32_t member) const
    {
        return (m_traits[member] & IMPAIRED) != 0;
    }

    bool Draws(double probability);

    int64_t DrawNs(const Slowness& slowness);

    std::vector<uint8_t> m_traits; //!< by member: those that it has
    std::vector<Member> m_members;
    std::vector<OneWayBlock> m_blocks;
    SwimPacketTracer* m_tracer = nullptr;
    double m_pathLoss = 0;
    std::vector<uint32_t> m_placeOfMember; //!< empty: no pair has a loss of its own
    std::vector<double> m_pairLoss;        //!< by places, row by row
    std::size_t m_places = 0;
    double m_pathDuplication = 0;
    Slowness m_pathSlowness;
    Ptr<RandomVariableStream> m_pathDelayFactor; //!< null: 1
    Ptr<UniformRandomVariable> m_lossDraw;
    // Apart, so that jitter does not change what is lost, and disorder neither.
    Ptr<UniformRandomVariable> m_jitterDraw;
    Ptr<UniformRandomVariable> m_disorderDraw;
};

} // namespace ns3

#endif // SWIM_FAULT_TABLE_H
