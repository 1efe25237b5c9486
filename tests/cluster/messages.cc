// SPDX-License-Identifier: MIT
//
// See messages.h.
#include "messages.h"

namespace swim
{

namespace
{

constexpr std::size_t ALIVE = Message(wire::Alive{}).index();
constexpr std::size_t SUSPICION = Message(Suspicion{}).index();
constexpr std::size_t DEATH = Message(Death{}).index();

/// Where the answer to a ping or ping-req is to go.
Address AnswerTo(const Step& step, const Address& stated)
{
    return stated.length > 0 && stated.port > 0 ? stated : step.network.AddressOf(step.input.from);
}

bool Pings(const std::vector<Message>& messages, Member member)
{
    return std::ranges::any_of(messages, [&](const Message& message) {
        const auto* ping = std::get_if<wire::Ping>(&message);
        return ping != nullptr && VirtualNetwork::MemberNamed(ping->node) == member;
    });
}

} // namespace

MessageInvariants::MessageInvariants(const Config& config, std::uint32_t members)
    : m_config(config),
      m_senders(members)
{
}

void MessageInvariants::Check(const Step& step)
{
    Sender& sender = m_senders[step.member];
    if (sender.life != step.network.Life(step.member))
    {
        sender = Sender{};
        sender.life = step.network.Life(step.member);
    }
    Listen(step, sender);
    for (const Event& event : step.out.Events())
    {
        if (event.kind == EventKind::LEFT && event.subject == step.node.Name())
        {
            const Member self = VirtualNetwork::MemberOf(event.subject);
            m_said.insert({DEATH, self, event.incarnation, self});
        }
    }
    for (const Outbox::Datagram& datagram : step.out.Datagrams())
    {
        CheckDatagram(step, sender, datagram);
    }
    CheckRepetitions(step, sender);
    CheckTicks(step);
    for (const Outbox::Stream& stream : step.out.Streams())
    {
        CheckTable(step, step.out.Bytes(stream));
    }
    CheckTable(step, step.out.StreamAnswer());
    CheckSources(step);
    std::erase_if(sender.owed, [&](const Owed& owed) { return owed.until <= step.network.Now(); });
    Require(step.node.QueuedUpdates() <= step.network.Members(),
            "the queue holds one update a member");
    Require(step.node.QueuedBroadcasts() <= m_config.userQueueDepth,
            "the queue of user broadcasts keeps to user_queue_depth");
}

MessageInvariants::News MessageInvariants::NewsOf(const Message& message)
{
    const auto member = [](std::string_view name) { return VirtualNetwork::MemberNamed(name); };
    if (const auto* alive = std::get_if<wire::Alive>(&message))
    {
        return {message.index(), member(alive->node), alive->incarnation, member(alive->node)};
    }
    const auto* suspicion = std::get_if<Suspicion>(&message);
    const auto* death = std::get_if<Death>(&message);
    if (suspicion == nullptr && death == nullptr)
    {
        return {};
    }
    const wire::Accusation& said = suspicion ? suspicion->accusation : death->accusation;
    return {message.index(), member(said.node), said.incarnation, member(said.from)};
}

/// Notes which answers the input entitles its sender to.
void MessageInvariants::Listen(const Step& step, Sender& sender) const
{
    const Instant now = step.network.Now();
    if (step.input.kind != Input::Kind::DATAGRAM)
    {
        return;
    }
    for (const Message& message : Dissect(step.input.bytes))
    {
        if (const auto* ping = std::get_if<wire::Ping>(&message))
        {
            if (VirtualNetwork::MemberNamed(ping->node) == step.member)
            {
                sender.owed.push_back(
                    {AnswerTo(step, ping->source), ping->seqNo, false, false, now});
            }
        }
        else if (const auto* request = std::get_if<wire::PingReq>(&message))
        {
            sender.owed.push_back({AnswerTo(step, request->source),
                                   request->seqNo,
                                   true,
                                   false,
                                   now + m_config.probeTimeout});
        }
    }
}

void MessageInvariants::CheckDatagram(const Step& step,
                                      Sender& sender,
                                      const Outbox::Datagram& datagram)
{
    Require(datagram.size <= m_config.udpBufferSize + wire::CRC_SIZE,
            "a datagram fits udp_buffer_size, with a CRC frame on top");
    const std::vector<Message> messages = Dissect(step.out.Bytes(datagram));
    Require(messages.size() <= wire::MAX_COMPOUND_PARTS, "a compound has at most 127 parts");
    std::set<Member> subjects;
    for (const Message& message : messages)
    {
        if (const auto* request = std::get_if<wire::PingReq>(&message))
        {
            CheckPingReq(step, sender, datagram.to, *request);
        }
        else if (const auto* ack = std::get_if<wire::Ack>(&message))
        {
            CheckAnswer(sender, datagram.to, ack->seqNo, false);
        }
        else if (const auto* nack = std::get_if<wire::Nack>(&message))
        {
            CheckAnswer(sender, datagram.to, nack->seqNo, true);
        }
        const News news = NewsOf(message);
        if (news.subject == NOBODY)
        {
            continue;
        }
        Require(subjects.insert(news.subject).second,
                "a datagram carries one update a member",
                news.subject);
        CheckNews(step, sender, news, Pings(messages, news.subject));
    }
}

/// Whatever periods a pause or a lag made late, each kind of them comes once.
void MessageInvariants::CheckTicks(const Step& step) const
{
    std::int64_t gossip = 0;
    for (const Outbox::Datagram& datagram : step.out.Datagrams())
    {
        const bool announces =
            datagram.kind == TrafficKind::GOSSIP &&
            std::ranges::any_of(Dissect(step.out.Bytes(datagram)), [](const Message& message) {
                return std::holds_alternative<wire::Ping>(message);
            });
        gossip += datagram.kind == TrafficKind::GOSSIP && !announces;
    }
    Require(gossip <= std::int64_t{m_config.gossipNodes}, "a gossip tick sends to gossip_nodes");
    std::uint32_t exchanges = 0;
    for (const Outbox::Stream& stream : step.out.Streams())
    {
        exchanges += stream.kind == TrafficKind::PUSH_PULL &&
                     !wire::PushPullReader(step.out.Bytes(stream)).Header().join;
    }
    Require(exchanges <= 1, "a push/pull tick exchanges with one member");
}

void MessageInvariants::CheckPingReq(const Step& step,
                                     Sender& sender,
                                     const Address& relay,
                                     const wire::PingReq& request) const
{
    const Member to = step.network.MemberAt(relay);
    if (to == NOBODY || step.network.Moves(to) > 0)
    {
        return; // the sender may have meant who was there before
    }
    Require(VirtualNetwork::MemberNamed(request.node) != to, "nobody is asked to ping itself", to);
    std::set<Member>& asked = sender.asked[request.seqNo];
    Require(asked.insert(to).second, "a probe asks nobody twice", to);
    Require(asked.size() <= m_config.indirectChecks, "a probe asks indirect_checks at most");
}

/// @param nack a ping-req is answered by ack or nack, a ping by ack only
void MessageInvariants::CheckAnswer(Sender& sender,
                                    const Address& to,
                                    std::uint32_t seqNo,
                                    bool nack)
{
    // Of several that fit, the one that a direct ping left: it is answered at once or not at all.
    auto owed = sender.owed.end();
    for (auto answer = sender.owed.begin(); answer != sender.owed.end(); ++answer)
    {
        const bool fits = nack ? answer->relayed && !answer->nacked : true;
        if (fits && answer->to == to && answer->seqNo == seqNo &&
            (owed == sender.owed.end() || answer->until < owed->until))
        {
            owed = answer;
        }
    }
    Require(owed != sender.owed.end(), "each ack and nack answers one ping or ping-req");
    if (nack)
    {
        owed->nacked = true; // a late ack may follow
    }
    else
    {
        sender.owed.erase(owed);
    }
}

/// @param toSubject the datagram pings whom the news is about: what its sender itself accuses him
/// of
///        may be the buddy system's or an announcement, which the retransmit limit does not govern
void MessageInvariants::CheckNews(const Step& step,
                                  Sender& sender,
                                  const News& news,
                                  bool toSubject)
{
    if (news.kind == SUSPICION || news.kind == DEATH)
    {
        Require(news.source != NOBODY, "an accusation says whose it is", news.subject);
        if (news.source == step.member)
        {
            m_said.insert(news);
        }
        else
        {
            Require(m_said.contains(news), "nobody is quoted who did not say it", news.source);
        }
    }
    if (toSubject && news.kind != ALIVE && news.source == step.member)
    {
        return;
    }
    ++sender.passedOn[news];
}

void MessageInvariants::CheckRepetitions(const Step& step, Sender& sender) const
{
    for (const Event& event : step.out.Events())
    {
        // A stranger or a new process: whatever is said of it is said for the first time. Where
        // memberlist's precedence lets a suspicion be taken back by its own incarnation, too.
        const bool again =
            event.kind == EventKind::REFUTED && m_config.precedence == Precedence::MEMBERLIST;
        if (event.kind == EventKind::JOINED || again)
        {
            const Member subject = VirtualNetwork::MemberOf(event.subject);
            std::erase_if(sender.passedOn,
                          [&](const auto& entry) { return entry.first.subject == subject; });
        }
    }
    const std::uint32_t limit = RetransmitLimit(m_config, step.network.Members());
    for (const auto& [news, times] : sender.passedOn)
    {
        Require(times <= limit, "news is passed on retransmit-limit times at most", news.subject);
    }
}

/// A push/pull shows each member once, and its sender alive at its own incarnation, or left.
void MessageInvariants::CheckTable(const Step& step, wire::ByteView message) const
{
    if (message.empty() || message[0] != static_cast<std::uint8_t>(wire::MessageType::PUSH_PULL))
    {
        return;
    }
    std::set<Member> shown;
    wire::PushPullReader states(message);
    for (wire::PushNodeState state; states.Next(state);)
    {
        const Member subject = VirtualNetwork::MemberNamed(state.member.node);
        Require(shown.insert(subject).second, "a push/pull shows each member once", subject);
        const auto is = static_cast<MemberState>(state.state);
        Require(subject != step.member || is == MemberState::ALIVE || is == MemberState::LEFT,
                "a push/pull shows its sender alive or left");
    }
    Require(states.Valid() && shown.size() == states.Header().nodes,
            "a push/pull holds as many states as it announces");
    Require(shown.contains(step.member), "a push/pull shows its sender");
}

/// Who concludes from another's word was told it.
void MessageInvariants::CheckSources(const Step& step) const
{
    for (const Event& event : step.out.Events())
    {
        const bool suspect = event.kind == EventKind::SUSPECT;
        if ((!suspect && event.kind != EventKind::DEAD) || event.source == step.node.Name())
        {
            continue;
        }
        News said{suspect ? SUSPICION : DEATH,
                  VirtualNetwork::MemberOf(event.subject),
                  event.incarnation,
                  VirtualNetwork::MemberOf(event.source)};
        bool heard = m_said.contains(said);
        // A final death of any incarnation ends them all.
        while (!heard && m_config.deadIsFinal && !suspect && said.incarnation > 0)
        {
            --said.incarnation;
            heard = m_said.contains(said);
        }
        Require(heard, "nobody believes an accusation that nobody made", event.subject);
    }
}

} // namespace swim
