// SPDX-License-Identifier: MIT
//
// See views.h.
#include "views.h"

#include "dissect.h"

namespace swim
{

namespace
{

const Address& AddressIn(const Step& step, Slot slot)
{
    return step.network.Known().Get(step.node.Members().At(slot).identity).address;
}

/// Whether the input says what the event says: a member may hear its own word of an earlier life.
bool Heard(const Step& step, const Event& death)
{
    if (step.input.kind != Input::Kind::DATAGRAM)
    {
        return false;
    }
    const std::vector<Message> messages = Dissect(step.input.bytes);
    return std::ranges::any_of(messages, [&](const Message& message) {
        const auto* said = std::get_if<Death>(&message);
        return said != nullptr &&
               VirtualNetwork::MemberNamed(said->accusation.node) ==
                   VirtualNetwork::MemberOf(death.subject) &&
               VirtualNetwork::MemberNamed(said->accusation.from) ==
                   VirtualNetwork::MemberOf(death.source);
    });
}

} // namespace

ViewInvariants::ViewInvariants(const Config& config, std::uint32_t members)
    : m_config(config),
      m_views(members),
      m_highest(members, 1)
{
}

void ViewInvariants::Check(const Step& step)
{
    View& view = m_views[step.member];
    if (view.life != step.network.Life(step.member))
    {
        Begin(step);
    }
    m_highest[step.member] = std::max(m_highest[step.member], step.node.Incarnation());
    Hear(step);
    for (const Event& event : step.out.Events())
    {
        Replay(step, event);
    }
    CheckSelf(step);
    for (Member subject = 0; subject < step.network.Members(); ++subject)
    {
        CheckPeer(step, subject);
    }
    view.size = step.node.Members().Size();
}

/// A new process may know whom it likes; from then on it has to account for every change.
void ViewInvariants::Begin(const Step& step)
{
    View& view = m_views[step.member];
    view = View{};
    view.life = step.network.Life(step.member);
    view.size = step.node.Members().Size();
    view.of.resize(step.network.Members());
    for (Member subject = 0; subject < step.network.Members(); ++subject)
    {
        const Slot slot = step.node.Members().Find(VirtualNetwork::NameOf(subject));
        if (slot == NONE)
        {
            continue;
        }
        const PeerRecord record = step.node.Members().At(slot);
        Belief& belief = view.of[subject];
        belief.known = true;
        belief.state = record.State();
        belief.incarnation = record.incarnation;
        belief.since = step.network.Now();
        belief.address = AddressIn(step, slot);
    }
}

/// Remembers accusations of known members, which a total precedence may not forget.
void ViewInvariants::Hear(const Step& step)
{
    if (step.input.kind != Input::Kind::DATAGRAM || m_config.precedence != Precedence::TOTAL)
    {
        return;
    }
    for (const Message& message : Dissect(step.input.bytes))
    {
        const auto* suspicion = std::get_if<Suspicion>(&message);
        const auto* death = std::get_if<Death>(&message);
        if (suspicion == nullptr && death == nullptr)
        {
            continue;
        }
        const wire::Accusation& said = suspicion ? suspicion->accusation : death->accusation;
        Belief& belief = m_views[step.member].of[VirtualNetwork::MemberNamed(said.node)];
        if (belief.known && !MayBeForgotten(belief, step.network.Now()))
        {
            belief.accused = std::max(belief.accused, said.incarnation);
        }
    }
}

void ViewInvariants::CheckSelf(const Step& step)
{
    View& view = m_views[step.member];
    const Belief& self = view.of[step.member];
    Require(self.known, "a member knows itself");
    Require(self.state == (view.left ? MemberState::LEFT : MemberState::ALIVE),
            "nobody believes that itself is suspect, dead or, without having left, left");
    Require(step.node.Incarnation() >= view.incarnation, "a member's own incarnation never falls");
    view.incarnation = step.node.Incarnation();
}

void ViewInvariants::Replay(const Step& step, const Event& event)
{
    switch (event.kind)
    {
    case EventKind::JOINED:
    case EventKind::REFUTED:
        Believe(step, event, MemberState::ALIVE);
        return;
    case EventKind::SUSPECT:
        Believe(step, event, MemberState::SUSPECT);
        return;
    case EventKind::DEAD:
        Believe(step, event, MemberState::DEAD);
        return;
    case EventKind::LEFT:
        Believe(step, event, MemberState::LEFT);
        return;
    case EventKind::CONFLICT:
        Require(step.network.Moves(VirtualNetwork::MemberOf(event.subject)) > 0,
                "only who has had two addresses is in conflict with itself",
                event.subject);
        return;
    case EventKind::REJECTED:
        throw Violation("our own members send nothing that is rejected: " +
                        std::string(RejectionName(*event.rejection)));
    default:
        return;
    }
}

void ViewInvariants::Believe(const Step& step, const Event& event, MemberState state)
{
    View& view = m_views[step.member];
    const Member subject = VirtualNetwork::MemberOf(event.subject);
    Belief& belief = view.of[subject];
    Require(event.incarnation <= m_highest[subject],
            "nobody speaks of an incarnation that its owner never had",
            event.subject);
    if (event.kind == EventKind::JOINED && MayBeForgotten(belief, step.network.Now()))
    {
        belief = Belief{}; // and perhaps was, before it was heard of again in this very step
    }
    CheckKind(step, event, belief);
    const Slot slot = step.node.Members().Find(event.subject);
    const bool moved = slot != NONE && belief.address != AddressIn(step, slot);
    if (belief.known && !moved)
    {
        CheckOrder(event, belief);
    }
    view.left |= event.kind == EventKind::LEFT && subject == step.member;
    belief.known = true;
    belief.state = state;
    belief.incarnation = event.incarnation;
    belief.since = step.network.Now();
    belief.mustEnd = NEVER;
    if (state == MemberState::SUSPECT)
    {
        // The table may have grown or shrunk in this very step.
        const auto [least, most] = std::minmax({view.size, step.node.Members().Size()});
        belief.mayDie = belief.since + BoundSuspicion(m_config, least).min;
        belief.mustEnd = belief.since + BoundSuspicion(m_config, most).max;
    }
}

bool ViewInvariants::MayBeForgotten(const Belief& belief, Instant now) const
{
    return belief.known && belief.Gone() && now - belief.since > m_config.reapTime;
}

/// Which event may follow which state.
void ViewInvariants::CheckKind(const Step& step, const Event& event, const Belief& before)
{
    const bool live = before.known && !before.Gone();
    switch (event.kind)
    {
    case EventKind::JOINED:
        Require(!live, "only who was unknown, dead or left joins", event.subject);
        break;
    case EventKind::REFUTED:
        Require(live && (VirtualNetwork::MemberOf(event.subject) == step.member ||
                         before.state == MemberState::SUSPECT),
                "only who is accused refutes",
                event.subject);
        break;
    case EventKind::SUSPECT:
        Require(live && before.state == MemberState::ALIVE,
                "only the living are suspected",
                event.subject);
        break;
    case EventKind::DEAD:
        Require(live || LaterEnd(event, before, MemberState::LEFT),
                "nobody dies twice",
                event.subject);
        Require(event.source != event.subject, "who says so himself has left", event.subject);
        CheckDeath(step, event, before);
        break;
    default:
        Require(live || LaterEnd(event, before, MemberState::DEAD),
                "only who lives leaves",
                event.subject);
        Require(event.source == event.subject, "only who leaves says so", event.subject);
        break;
    }
}

/// Whether a total precedence lets one end follow the other: a larger incarnation, at the same one
/// left after dead; where death is final, death after anything.
bool ViewInvariants::LaterEnd(const Event& event, const Belief& before, MemberState other) const
{
    if (m_config.precedence != Precedence::TOTAL || !before.known || before.state != other)
    {
        return false;
    }
    if (m_config.deadIsFinal)
    {
        return event.kind == EventKind::DEAD;
    }
    return event.kind == EventKind::LEFT ? event.incarnation >= before.incarnation
                                         : event.incarnation > before.incarnation;
}

/// Which incarnation may follow which. Not asked of who came back at another address: as a new
/// process, it starts anew.
void ViewInvariants::CheckOrder(const Event& event, const Belief& before) const
{
    const bool lives = event.kind == EventKind::JOINED || event.kind == EventKind::REFUTED;
    Require(event.incarnation >= before.incarnation,
            "no incarnation falls in any view",
            event.subject);
    Require(!lives || event.incarnation > before.incarnation,
            "only a higher incarnation takes back an accusation or a death",
            event.subject);
    Require(!lives || !m_config.deadIsFinal || before.state != MemberState::DEAD,
            "where death is final, nobody rises while it is remembered",
            event.subject);
}

void ViewInvariants::CheckDeath(const Step& step, const Event& event, const Belief& before) const
{
    Require(VirtualNetwork::MemberOf(event.subject) != step.member, "nobody declares itself dead");
    const bool byTimer = event.source == step.node.Name() && !before.Gone() && !Heard(step, event);
    if (!m_config.suspicion || !byTimer)
    {
        return;
    }
    Require(before.state == MemberState::SUSPECT,
            "nobody is confirmed dead who was not suspected",
            event.subject);
    Require(step.network.Now() >= before.mayDie,
            "a suspect has the whole suspicion time-out to refute",
            event.subject);
}

void ViewInvariants::CheckPeer(const Step& step, Member subject)
{
    Belief& belief = m_views[step.member].of[subject];
    const Slot slot = step.node.Members().Find(VirtualNetwork::NameOf(subject));
    if (slot == NONE)
    {
        CheckForgotten(step, belief, subject);
        return;
    }
    const PeerRecord record = step.node.Members().At(slot);
    const Address& address = AddressIn(step, slot);
    Require(belief.known && record.State() == belief.state,
            "events tell of every change of state",
            subject);
    Require(record.incarnation >= belief.incarnation || address != belief.address,
            "no incarnation falls in any view",
            subject);
    Require(record.incarnation <= m_highest[subject],
            "only a member raises its incarnation",
            subject);
    Require(belief.mustEnd > step.network.Now(), "a suspicion ends with its time-out", subject);
    belief.accused = address == belief.address ? belief.accused : 0;
    Require(record.State() != MemberState::ALIVE || record.incarnation > belief.accused,
            "in a total precedence nobody lives at an incarnation that was accused",
            subject);
    belief.incarnation = record.incarnation;
    belief.address = address;
}

void ViewInvariants::CheckForgotten(const Step& step, Belief& belief, Member subject) const
{
    Require(!belief.known || MayBeForgotten(belief, step.network.Now()),
            "only the dead and the left are forgotten, and after reap_time",
            subject);
    belief = Belief{};
}

} // namespace swim
