// SPDX-License-Identifier: MIT
//
// See virtual-network.h.
#include "virtual/virtual-network.h"

#include "swim/assert.h"

#include <utility>

namespace swim
{

namespace
{

void Add(const Counters& counters, Counters& sum)
{
    constexpr std::uint64_t Counters::*FIELDS[] = {&Counters::probes,
                                                   &Counters::probesFailed,
                                                   &Counters::probesIndirect,
                                                   &Counters::probesGivenUp,
                                                   &Counters::nacksExpected,
                                                   &Counters::nacksReceived,
                                                   &Counters::streamPingsAnswered,
                                                   &Counters::refutations,
                                                   &Counters::rejected,
                                                   &Counters::strayAcks,
                                                   &Counters::sendErrors,
                                                   &Counters::userMessages,
                                                   &Counters::userBroadcastsDropped};
    static_assert(sizeof(FIELDS) / sizeof(FIELDS[0]) == sizeof(Counters) / sizeof(std::uint64_t));
    for (const auto field : FIELDS)
    {
        sum.*field += counters.*field;
    }
}

} // namespace

Counters VirtualNetwork::Count() const
{
    Counters sum = m_ofGone;
    for (const Process& process : m_processes)
    {
        if (process.node)
        {
            Add(process.node->Count(), sum);
        }
    }
    return sum;
}

void VirtualNetwork::StartConverged(Age age)
{
    std::vector<IdentityId> all;
    for (const Process& process : m_processes)
    {
        all.push_back(process.identity);
    }
    const auto baseline = std::make_shared<const Baseline>(all, m_directory);
    for (Member member = 0; member < Members(); ++member)
    {
        Start(member, {.self = m_processes[member].identity, .baseline = baseline, .age = age});
    }
}

void VirtualNetwork::Boot(Member member, std::uint32_t incarnation, std::span<const Member> seeds)
{
    Start(member, {m_processes[member].identity, incarnation});
    Join(member, seeds);
}

std::unique_ptr<Detector> VirtualNetwork::Make(Member member, const Detector::Setup& setup)
{
    const std::uint64_t stream = std::uint64_t{m_processes[member].life} * Members() + member;
    const Rng rng(m_seed, stream);
    if (m_maker)
    {
        return m_maker(setup, rng, m_directory);
    }
    Node::Setup own{.config = m_config, .self = setup.self, .incarnation = setup.incarnation};
    own.baseline = setup.baseline;
    own.application = m_applications ? m_applications(member) : nullptr;
    own.age = setup.age;
    return std::make_unique<Node>(own, rng, m_directory);
}

void VirtualNetwork::Start(Member member, const Detector::Setup& setup)
{
    Process& process = m_processes[member];
    SWIM_ASSERT(!process.node, "a member runs one process at a time");
    process.node = Make(member, setup);
    ++process.life;
    process.wakeUp = NEVER;
    Tell(member, {Input::Kind::START}, [&](Detector& node, Outbox&) { node.Start(m_now); });
}

void VirtualNetwork::Join(Member member, std::span<const Member> seeds)
{
    std::vector<Address> addresses;
    for (const Member seed : seeds)
    {
        addresses.push_back(AddressOf(seed));
    }
    Tell(member, {Input::Kind::JOIN}, [&](Detector& node, Outbox& out) {
        node.Join(m_now, addresses, out);
    });
}

void VirtualNetwork::Crash(Member member)
{
    Process& process = m_processes[member];
    if (process.node)
    {
        Add(process.node->Count(), m_ofGone);
    }
    process.node.reset();
    process.paused = false;
    process.stalled = false;
    process.inbox.clear();
    process.outbox.clear();
}

void VirtualNetwork::Leave(Member member)
{
    Tell(member, {Input::Kind::LEAVE}, [&](Detector& node, Outbox& out) {
        node.Leave(m_now, out);
    });
}

void VirtualNetwork::UpdateMeta(Member member, std::string_view meta)
{
    m_processes[member].identity =
        m_directory.Intern(NameOf(member), AddressOf(member), meta, OUR_VERSIONS);
    Tell(member, {Input::Kind::UPDATE}, [&](Detector& node, Outbox& out) {
        AsNode(&node)->UpdateMeta(m_now, meta, out);
    });
}

BroadcastReceipt VirtualNetwork::Broadcast(Member member,
                                           wire::ByteView payload,
                                           const BroadcastOptions& options)
{
    BroadcastReceipt receipt;
    Tell(member, {Input::Kind::BROADCAST}, [&](Detector& node, Outbox& out) {
        receipt = AsNode(&node)->Broadcast(m_now, payload, options, out);
    });
    return receipt;
}

void VirtualNetwork::Broadcast(Member member, std::size_t size, Relay relay)
{
    const wire::Bytes payload(size, static_cast<std::uint8_t>(member));
    const BroadcastReceipt receipt = Broadcast(member, payload, {.relay = relay});
    SWIM_ASSERT(receipt.refusal != BroadcastRefusal::TOO_LONG, "a broadcast fits into a datagram");
}

void VirtualNetwork::Pause(Member member)
{
    SWIM_ASSERT(m_processes[member].node && !m_processes[member].stalled,
                "only a process that runs can be paused");
    m_processes[member].paused = true;
}

void VirtualNetwork::Resume(Member member)
{
    Process& process = m_processes[member];
    process.paused = false;
    for (const Occurrence& occurrence : std::exchange(process.inbox, {}))
    {
        Deliver(occurrence);
    }
    if (process.node)
    {
        Tell(member, {Input::Kind::RESUME}, [&](Detector& node, Outbox& out) {
            node.Advance(m_now, out);
        });
    }
}

void VirtualNetwork::BeginStall(Member member)
{
    SWIM_ASSERT(!m_processes[member].stalled, "a process that is stalled cannot stall");
    Tell(member, {Input::Kind::STALL}, [&](Detector& node, Outbox& out) {
        node.BeginStall(m_now, out);
    });
    m_processes[member].stalled = m_processes[member].node != nullptr;
}

void VirtualNetwork::EndStall(Member member)
{
    Process& process = m_processes[member];
    SWIM_ASSERT(process.stalled, "only a process that is stalled can go on");
    // What is due now still blocks.
    Tell(member, {Input::Kind::WAKE_UP}, [&](Detector& node, Outbox& out) {
        node.Advance(m_now, out);
    });
    process.stalled = false;
    for (const Kept& kept : std::exchange(process.outbox, {}))
    {
        if (kept.stream == 0)
        {
            SendDatagram(member, kept.to, kept.kind, kept.bytes);
        }
        else
        {
            OpenStream(member, kept.to, kept.kind, kept.stream, kept.bytes);
        }
    }
    if (process.node)
    {
        Tell(member, {Input::Kind::UNSTALL}, [&](Detector& node, Outbox& out) {
            node.EndStall(m_now, out);
        });
    }
    for (const Occurrence& occurrence : std::exchange(process.inbox, {}))
    {
        Deliver(occurrence);
    }
}

void VirtualNetwork::SlowDown(Member member, Duration lag)
{
    m_processes[member].lag = lag;
}

void VirtualNetwork::RunFor(Duration time)
{
    const Instant end = m_now + time;
    while (!m_pending.empty() && m_pending.begin()->first.first <= end)
    {
        const auto next = m_pending.extract(m_pending.begin());
        m_now = next.key().first;
        const Occurrence& occurrence = next.mapped();
        Process& process = m_processes[occurrence.to];
        if (occurrence.kind == Occurrence::Kind::WAKE_UP)
        {
            if (process.node && !process.paused && process.wakeUp == occurrence.deadline)
            {
                Tell(occurrence.to, {Input::Kind::WAKE_UP}, [&](Detector& node, Outbox& out) {
                    node.Advance(m_now, out);
                });
            }
        }
        else if (process.paused || process.stalled)
        {
            process.inbox.push_back(occurrence);
        }
        else
        {
            Deliver(occurrence);
        }
    }
    m_now = end;
}

void VirtualNetwork::Deliver(const Occurrence& occurrence)
{
    const Process& process = m_processes[occurrence.to];
    if (occurrence.kind == Occurrence::Kind::STREAM)
    {
        Accept(occurrence);
        return;
    }
    if (!process.node)
    {
        return;
    }
    if (occurrence.kind == Occurrence::Kind::DATAGRAM)
    {
        const Address from = AddressOf(occurrence.from);
        Tell(
            occurrence.to,
            {Input::Kind::DATAGRAM, occurrence.from, occurrence.bytes},
            [&](Detector& node, Outbox& out) { node.Receive(m_now, from, occurrence.bytes, out); });
        return;
    }
    if (process.life == occurrence.life) // else the process that it was for is gone
    {
        DeliverAnswer(occurrence);
    }
}

void VirtualNetwork::DeliverAnswer(const Occurrence& occurrence)
{
    const Member to = occurrence.to;
    const Member from = occurrence.from;
    switch (occurrence.kind)
    {
    case Occurrence::Kind::ANSWER:
        Tell(to, {Input::Kind::ANSWER, from, occurrence.bytes}, [&](Detector& node, Outbox& out) {
            node.ReceiveStreamAnswer(m_now, occurrence.exchange, occurrence.bytes, out);
        });
        return;
    case Occurrence::Kind::FAILURE:
        Tell(to, {Input::Kind::FAILURE, from}, [&](Detector& node, Outbox& out) {
            node.StreamFailed(m_now, occurrence.exchange, out);
        });
        return;
    default:
        Tell(to, {Input::Kind::REFUSAL, from}, [&](Detector& node, Outbox& out) {
            node.SendFailed(m_now, occurrence.refused, out);
        });
        return;
    }
}

void VirtualNetwork::Accept(const Occurrence& stream)
{
    Occurrence reply{Occurrence::Kind::FAILURE,
                     stream.from,
                     stream.to,
                     stream.life,
                     stream.exchange};
    Passage passage{.from = stream.to, .to = stream.from, .isStream = true};
    if (m_processes[stream.to].node)
    {
        Tell(stream.to,
             {Input::Kind::STREAM, stream.from, stream.bytes},
             [&](Detector& node, Outbox& out) {
                 node.ReceiveStream(m_now, stream.bytes, out);
                 const wire::ByteView answer = out.StreamAnswer();
                 reply.bytes.assign(answer.begin(), answer.end());
                 passage.kind = out.AnswerKind();
             });
        reply.kind = reply.bytes.empty() ? reply.kind : Occurrence::Kind::ANSWER;
        passage.bytes = reply.bytes.size();
    }
    if (IsCut(stream.to, stream.from, Carries::STREAMS))
    {
        passage.fate = Passage::Fate::CUT;
    }
    else
    {
        passage.arrives = ArrivalAt(stream.from);
        Schedule(passage.arrives, std::move(reply));
    }
    if (passage.bytes > 0)
    {
        Report(passage);
    }
}

template <typename Call>
void VirtualNetwork::Tell(Member member, const Input& input, Call call)
{
    Process& process = m_processes[member];
    SWIM_ASSERT(process.node && !process.paused, "only a running process can be told anything");
    m_outbox.Clear();
    call(*process.node, m_outbox);
    Perform(member);
    m_input = input;
    if (m_observer && !m_maker)
    {
        m_observer(member, *AsNode(process.node.get()), m_outbox);
    }
    if (m_anyObserver)
    {
        m_anyObserver(member, *process.node, m_outbox);
    }
    if (process.node->LeaveDone())
    {
        Crash(member);
        return;
    }
    const Instant wakeUp = process.node->NextDeadline();
    if (wakeUp != process.wakeUp && wakeUp != NEVER)
    {
        Occurrence occurrence{.kind = Occurrence::Kind::WAKE_UP, .to = member};
        occurrence.deadline = wakeUp;
        Schedule(std::max(m_now, wakeUp + process.lag), std::move(occurrence));
    }
    process.wakeUp = wakeUp;
}

} // namespace swim
