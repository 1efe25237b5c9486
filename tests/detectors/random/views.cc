// SPDX-License-Identifier: MIT
//
// See views.h.
#include "views.h"

#include "swim/rejection.h"

#include <algorithm>

namespace swim::detectors
{

namespace
{

/// More often than any timer that a detector may sensibly have.
constexpr std::uint32_t MOST_WAKE_UPS_A_SECOND = 1000;

bool Gone(MemberState state)
{
    return state == MemberState::DEAD || state == MemberState::LEFT;
}

} // namespace

Views::Views(const Kind& kind, std::uint32_t members)
    : m_kind(kind),
      m_views(members),
      m_highest(members, 1)
{
}

void Views::Check(const VirtualNetwork& network,
                  Member member,
                  const Detector& detector,
                  const Outbox& out)
{
    View& view = m_views[member];
    if (view.life != network.Life(member))
    {
        Begin(network, member, detector);
    }
    m_highest[member] = std::max(m_highest[member], detector.Incarnation());
    view.left = view.left || network.Handling().kind == Input::Kind::LEAVE;
    for (const Event& event : out.Events())
    {
        Replay(member, event);
    }
    CheckSelf(detector, VirtualNetwork::NameOf(member), view.left);
    Require(detector.Incarnation() >= view.incarnation, "a member's incarnation never falls");
    view.incarnation = detector.Incarnation();
    Compare(member, detector);
    CheckDeadline(network, member, detector);
}

/// A new process may know whom it likes; from then on it has to account for every change.
void Views::Begin(const VirtualNetwork& network, Member member, const Detector& detector)
{
    View& view = m_views[member];
    view = View{};
    view.life = network.Life(member);
    view.of.resize(m_views.size());
    for (Member subject = 0; subject < m_views.size(); ++subject)
    {
        const Slot slot = detector.Members().Find(VirtualNetwork::NameOf(subject));
        if (slot != NONE)
        {
            view.of[subject] = {true, detector.Members().At(slot).State()};
        }
    }
}

void Views::CheckSelf(const Detector& detector, NameId name, bool left)
{
    const Slot slot = detector.Members().Find(name);
    Require(slot != NONE, "a member knows itself");
    const PeerRecord self = detector.Members().At(slot);
    Require(self.State() == MemberState::ALIVE || (left && self.State() == MemberState::LEFT),
            "nobody believes that itself is suspect, dead or, without having left, left");
    Require(self.incarnation <= detector.Incarnation(),
            "a member's own record has no incarnation that it never had");
    Require(!detector.LeaveDone() || left, "only who was told to leave has left");
}

/// Whether the kind has a word for it.
void Views::CheckWord(const Event& event) const
{
    Require(event.kind != EventKind::SUSPECT || m_kind.suspects,
            "a kind that does not suspect concludes no suspicion",
            event.subject);
    Require(event.kind != EventKind::DEAD || m_kind.buries,
            "a kind that does not bury concludes no death",
            event.subject);
    Require(event.kind != EventKind::LEFT || m_kind.leaves,
            "where nobody can leave nobody has left",
            event.subject);
}

void Views::Replay(Member member, const Event& event)
{
    if (event.kind == EventKind::REJECTED)
    {
        throw Violation("our own members send nothing that is rejected: " +
                        std::string(RejectionName(*event.rejection)));
    }
    if (event.kind == EventKind::JOIN_SUCCEEDED || event.kind == EventKind::JOIN_FAILED)
    {
        return;
    }
    const Member subject = VirtualNetwork::MemberOf(event.subject);
    Require(subject < m_views.size(), "an event is about a member");
    CheckWord(event);
    View& view = m_views[member];
    if (subject == member)
    {
        Require(view.left && event.kind == EventKind::LEFT,
                "of itself a member concludes only that it left",
                subject);
        return;
    }
    Require(event.incarnation <= m_highest[subject],
            "nobody speaks of an incarnation that its owner never had",
            subject);
    Belief& belief = view.of[subject];
    const bool isMember = belief.known && !Gone(belief.state);
    switch (event.kind)
    {
    case EventKind::JOINED:
        Require(!isMember, "only who was unknown, dead or left joins", subject);
        belief = {true, MemberState::ALIVE};
        return;
    case EventKind::REFUTED:
        Require(isMember && belief.state == MemberState::SUSPECT,
                "only who is suspect is trusted again",
                subject);
        belief.state = MemberState::ALIVE;
        return;
    case EventKind::SUSPECT:
        Require(isMember && belief.state == MemberState::ALIVE,
                "only the living are suspected",
                subject);
        belief.state = MemberState::SUSPECT;
        return;
    case EventKind::DEAD:
        Require(isMember, "nobody dies twice", subject);
        belief.state = MemberState::DEAD;
        return;
    case EventKind::LEFT:
        Require(belief.known && belief.state != MemberState::LEFT,
                "only who is known leaves, and once",
                subject);
        belief.state = MemberState::LEFT;
        return;
    default:
        throw Violation("no detector beside SWIM has such an event: " +
                        std::string(EventKindName(event.kind)));
    }
}

void Views::Compare(Member member, const Detector& detector)
{
    for (Member subject = 0; subject < m_views.size(); ++subject)
    {
        Belief& belief = m_views[member].of[subject];
        const Slot slot = detector.Members().Find(VirtualNetwork::NameOf(subject));
        if (subject == member)
        {
            continue;
        }
        if (slot == NONE)
        {
            Require(!belief.known || Gone(belief.state),
                    "only the dead and the left are forgotten",
                    subject);
            belief = {};
            continue;
        }
        const PeerRecord record = detector.Members().At(slot);
        Require(belief.known && belief.state == record.State(),
                "events tell of every change of state",
                subject);
        Require(record.incarnation <= m_highest[subject],
                "only a member raises its incarnation",
                subject);
    }
}

void Views::CheckDeadline(const VirtualNetwork& network, Member member, const Detector& detector)
{
    const Instant now = network.Now();
    Require(detector.NextDeadline() > now || network.Handling().kind != Input::Kind::WAKE_UP,
            "who was woken has done what was due");
    View& view = m_views[member];
    if (network.Handling().kind != Input::Kind::WAKE_UP)
    {
        return;
    }
    if (now - view.second >= std::chrono::seconds(1))
    {
        view.second = now;
        view.wakeUps = 0;
    }
    Require(++view.wakeUps <= MOST_WAKE_UPS_A_SECOND, "nobody is busy with waking up");
}

} // namespace swim::detectors
