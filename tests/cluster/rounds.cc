// SPDX-License-Identifier: MIT
//
// See rounds.h.
#include "rounds.h"

namespace swim
{

namespace
{

/// @return the member's record in the node's table; not Present() if there is none
PeerRecord RecordOf(const Node& node, Member member)
{
    const Slot slot = node.Members().Find(VirtualNetwork::NameOf(member));
    return slot == NONE ? PeerRecord{} : node.Members().At(slot);
}

/// @return the first ping of a step, which is the prober's own: what is due comes before what the
///         input asks for
const Outbox::Datagram* FirstPing(const Outbox& out)
{
    const auto datagrams = out.Datagrams();
    const auto found = std::ranges::find(datagrams, TrafficKind::PING, &Outbox::Datagram::kind);
    return found == datagrams.end() ? nullptr : &*found;
}

} // namespace

RoundInvariants::RoundInvariants(const Config& config, std::uint32_t members)
    : m_config(config),
      m_probers(members)
{
}

void RoundInvariants::Check(const Step& step)
{
    Prober& prober = m_probers[step.member];
    if (prober.life != step.network.Life(step.member))
    {
        prober = Prober{};
        prober.life = step.network.Life(step.member);
        prober.waited.resize(step.network.Members());
        prober.incarnations.resize(step.network.Members());
    }
    // A node first does what is due, then hears the input.
    CheckVerdict(step, prober);
    CheckStart(step, prober);
    const bool ran = prober.round.running;
    Listen(step, prober);
    CheckHealth(step, prober, ran && !prober.round.running);
    prober.count = step.node.Count();
    prober.health = step.node.HealthScore();
    for (Member member = 0; member < step.network.Members(); ++member)
    {
        prober.incarnations[member] = RecordOf(step.node, member).incarnation;
    }
}

void RoundInvariants::CheckVerdict(const Step& step, Prober& prober)
{
    Round& round = prober.round;
    const Counters& count = step.node.Count();
    const std::uint64_t failed = count.probesFailed - prober.count.probesFailed;
    const std::uint64_t saved = count.streamPingsAnswered - prober.count.streamPingsAnswered;
    const std::uint64_t givenUp = count.probesGivenUp - prober.count.probesGivenUp;
    Require(failed + saved + givenUp <= (round.running ? 1 : 0), "a probe round has one verdict");
    if (givenUp == 1)
    {
        Require(step.input.kind == Input::Kind::REFUSAL && m_config.sendError == SendError::IGNORE,
                "only a refused ping ends a round without a verdict",
                round.target);
        round.running = false;
        return;
    }
    const Duration lasted = step.network.Now() - round.start;
    if (failed + saved == 0)
    {
        Require(!round.running || lasted < m_config.awarenessMaxMultiplier * m_config.probeInterval,
                "a probe round ends within the period that the worst health allows",
                round.target);
        return;
    }
    round.running = false;
    // What was late about its tick, up to a twentieth, does not prolong it.
    Require(lasted >= m_config.probeInterval - m_config.probeInterval / 20,
            "a probe has a whole period for its ack",
            round.target);
    Require((saved == 1) == round.streamAnswered,
            "a probe is answered by a stream exactly if an ack came over it",
            round.target);
    if (failed == 1)
    {
        CheckFailure(step, round);
    }
}

void RoundInvariants::CheckFailure(const Step& step, const Round& round) const
{
    const PeerRecord record = RecordOf(step.node, round.target);
    Require(!record.Present() || record.State() != MemberState::ALIVE ||
                record.incarnation > round.incarnation ||
                step.network.Known().Get(record.identity).address != round.address,
            "who fails to answer a probe is accused",
            round.target);
    const bool reachable = step.network.At(round.target) != nullptr &&
                           step.network.AddressOf(round.target) == round.address;
    Require(!reachable || round.start < m_calmSince,
            "who runs and can be reached does not fail a probe",
            round.target);
}

void RoundInvariants::CheckStart(const Step& step, Prober& prober)
{
    const std::uint64_t begun = step.node.Count().probes - prober.count.probes;
    if (begun == 0)
    {
        return;
    }
    Require(begun == 1, "periods missed in a pause collapse into one");
    Require(!prober.round.running, "a member probes one other at a time", prober.round.target);
    const Outbox::Datagram* datagram = FirstPing(step.out);
    Require(datagram != nullptr, "a probe round begins with a ping");
    const std::vector<Message> messages = Dissect(step.out.Bytes(*datagram));
    const auto* ping = std::get_if<wire::Ping>(&messages[0]);
    Require(ping != nullptr, "what is counted as a ping is one");
    Round& round = prober.round;
    round = Round{};
    round.running = true;
    round.seqNo = ping->seqNo;
    round.target = VirtualNetwork::MemberNamed(ping->node);
    round.address = datagram->to;
    round.start = step.network.Now();
    Require(round.target != NOBODY && round.target != step.member,
            "a member probes another of whom it knows");
    round.incarnation = prober.incarnations[round.target];
    CheckTurns(step, prober);
}

/// Round-robin: with n - 1 others, whoever is first in one traversal and last in the next waits
/// 2 (n - 1) - 1 rounds, and nobody longer (SWIM section 4.3).
void RoundInvariants::CheckTurns(const Step& step, Prober& prober) const
{
    const std::uint64_t longest = 2 * (step.network.Members() - 1) - 1;
    for (Member member = 0; member < step.network.Members(); ++member)
    {
        const PeerRecord record = RecordOf(step.node, member);
        const bool lives = record.Present() && !record.Gone() && member != step.member;
        std::uint64_t& waited = prober.waited[member];
        waited = lives && member != prober.round.target ? waited + 1 : 0;
        Require(waited < longest + 1, "everybody has his turn within 2n - 1 periods", member);
    }
}

/// Hears the acks to the round.
void RoundInvariants::Listen(const Step& step, Prober& prober)
{
    Round& round = prober.round;
    if (step.input.kind == Input::Kind::ANSWER && !step.input.bytes.empty() &&
        step.input.bytes[0] == static_cast<std::uint8_t>(wire::MessageType::ACK))
    {
        wire::Ack ack;
        round.streamAnswered |= round.running && wire::Decode(step.input.bytes.subspan(1), ack) &&
                                ack.seqNo == round.seqNo;
    }
    if (step.input.kind != Input::Kind::DATAGRAM || !round.running)
    {
        return;
    }
    for (const Message& message : Dissect(step.input.bytes))
    {
        const auto* ack = std::get_if<wire::Ack>(&message);
        round.running = round.running && (ack == nullptr || ack->seqNo != round.seqNo);
    }
}

/// @param answered an ack came in this step
void RoundInvariants::CheckHealth(const Step& step, const Prober& prober, bool answered) const
{
    const std::uint32_t now = step.node.HealthScore();
    Require(now < m_config.awarenessMaxMultiplier, "health stays below awareness_max_multiplier");
    const Counters& count = step.node.Count();
    const bool worse = count.probesFailed != prober.count.probesFailed ||
                       count.refutations != prober.count.refutations;
    Require(worse || now <= prober.health,
            "health gets worse by failed probes and accusations only");
    Require(!answered || worse || prober.health == 0 || now < prober.health,
            "each answered probe betters a bad health");
}

} // namespace swim
