// SPDX-License-Identifier: MIT
//
// Which news wins: alive, suspect, dead and left, ordered by incarnation (SWIM section 4.2), in
// memberlist's variant.
//
//   alive(i)   beats alive(j), suspect(j), dead(j), left(j)  for i > j
//   suspect(i) beats alive(j)                                for i >= j
//   dead(i)    beats alive(j), suspect(j)                    for i >= j
//
// That is memberlist's order, with its hole (`precedence`); precedence.h has the order without it.
// Only a member itself raises its incarnation: to answer an accusation (refute). The paper's
// Confirm beats everything for ever; `dead_is_final` restores that.
#include "swim/node.h"

#include <algorithm>
#include <string_view>

namespace swim
{

namespace
{

bool SaneVersions(wire::ByteView versions)
{
    return versions.size() < 3 ||
           (versions[0] != 0 && versions[1] != 0 && versions[0] <= versions[1]);
}

std::string_view AsText(wire::ByteView bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace

void Node::ApplyAlive(Instant now, const wire::Alive& alive, Outbox& out)
{
    if (!SaneVersions(alive.versions) || alive.node.empty() || alive.address.length == 0)
    {
        Reject(Rejection::ALIVE_UNUSABLE, out);
        return;
    }
    if (m_application != nullptr && !m_application->AcceptAlive(alive))
    {
        Reject(Rejection::ALIVE_VETOED, out);
        return;
    }
    const Slot slot = FindSlot(alive.node);
    if (slot == m_slot)
    {
        ApplyAliveAboutMe(now, alive, out);
        return;
    }
    Versions versions;
    if (slot != NONE)
    {
        if (!OutdoesRecord(now, slot, alive, out))
        {
            return;
        }
        versions = VersionsOf(m_members.At(slot).identity);
    }
    else if (alive.incarnation == 0)
    {
        return; // memberlist starts a stranger at incarnation 0, which 0 does not beat
    }
    else if (m_members.Size() >= m_config->memberLimit)
    {
        Reject(Rejection::TOO_MANY_MEMBERS, out);
        return;
    }
    versions = Versions::Read(alive.versions, versions);
    const NameId name = m_directory.InternName(alive.node);
    const IdentityId identity =
        name == NONE ? IdentityId{NONE}
                     : m_directory.Intern(name, alive.address, AsText(alive.meta), versions);
    if (identity == NONE)
    {
        Reject(Rejection::DIRECTORY_FULL, out);
        return;
    }
    AcceptAlive(now, slot, identity, alive.incarnation, out);
}

/// Whether this alive changes what is held of a known member.
bool Node::OutdoesRecord(Instant now, Slot slot, const wire::Alive& alive, Outbox& out)
{
    const PeerRecord record = m_members.At(slot);
    const Identity& identity = m_directory.Get(record.identity);
    const bool moved = identity.address != alive.address;
    if (moved && !AddressAllowed(now, record))
    {
        out.AddEvent({.kind = EventKind::CONFLICT,
                      .subject = identity.name,
                      .incarnation = alive.incarnation,
                      .source = identity.name,
                      .claimed = alive.address});
        return false;
    }
    const bool final = m_config->deadIsFinal && record.State() == MemberState::DEAD;
    // memberlist takes a new address at any incarnation, even that of a delayed message.
    const bool anyIncarnation = moved && m_config->precedence == Precedence::MEMBERLIST;
    const bool old = alive.incarnation <= record.incarnation && !anyIncarnation;
    if (old || (final && !moved))
    {
        const News held{record.incarnation, record.State()};
        const News joined = Combine(held, {alive.incarnation, MemberState::ALIVE}, final);
        if (final && m_config->precedence == Precedence::TOTAL && joined != held)
        {
            m_members.Update(slot,
                             {record.identity, joined.incarnation, joined.state, record.Since()});
        }
        return false;
    }
    return true;
}

bool Node::AddressAllowed(Instant now, const PeerRecord& known) const
{
    return known.State() == MemberState::LEFT ||
           (known.State() == MemberState::DEAD &&
            m_config->deadNodeReclaimTime > Duration::zero() &&
            now - known.Since() > m_config->deadNodeReclaimTime);
}

void Node::AcceptAlive(Instant now,
                       Slot slot,
                       IdentityId identity,
                       std::uint32_t incarnation,
                       Outbox& out)
{
    const NameId name = m_directory.Get(identity).name;
    Queue(now, Update::Alive(name, incarnation, identity), out);
    if (slot == NONE)
    {
        m_order.Insert(m_members.Insert({identity, incarnation, MemberState::ALIVE, now}), m_rng);
        out.AddEvent({EventKind::JOINED, name, incarnation, name});
        return;
    }
    const IdentityId before = m_members.At(slot).identity;
    BelieveAlive(now, slot, identity, incarnation, out);
    if (m_directory.Get(before).meta != m_directory.Get(identity).meta)
    {
        out.AddEvent({EventKind::UPDATED, name, incarnation, name});
    }
}

/// Holds a known member for alive at this incarnation, however it was held before.
void Node::BelieveAlive(Instant now,
                        Slot slot,
                        IdentityId identity,
                        std::uint32_t incarnation,
                        Outbox& out)
{
    const PeerRecord before = m_members.At(slot);
    if (before.State() == MemberState::SUSPECT)
    {
        TraceSuspicion({.kind = DecisionKind::SUSPICION_ENDED, .by = "alive"}, slot, out);
        m_suspicions.Cancel(slot);
    }
    const bool same = before.State() == MemberState::ALIVE;
    m_members.Update(slot,
                     {identity, incarnation, MemberState::ALIVE, same ? before.Since() : now});
    if (!same)
    {
        const NameId name = m_directory.Get(identity).name;
        const EventKind kind = before.Gone() ? EventKind::JOINED : EventKind::REFUTED;
        out.AddEvent({kind, name, incarnation, name});
    }
}

void Node::ApplyAliveAboutMe(Instant now, const wire::Alive& alive, Outbox& out)
{
    if (m_left || alive.incarnation < m_incarnation)
    {
        return;
    }
    const Identity& me = m_directory.Get(m_identity);
    if (alive.address != me.address)
    {
        out.AddEvent({.kind = EventKind::CONFLICT,
                      .subject = m_name,
                      .incarnation = alive.incarnation,
                      .source = m_name,
                      .claimed = alive.address});
        return;
    }
    const bool same = alive.incarnation == m_incarnation && AsText(alive.meta) == me.meta &&
                      std::ranges::equal(alive.versions, me.versions.Bytes());
    if (!same)
    {
        Refute(now, alive.incarnation, NONE, out); // news from an earlier life of mine
    }
}

/// Whether an accusation can change anything: what is held of its subject, or who confirms it.
bool Node::IsNews(const PeerRecord& held, const News& accusation) const
{
    if (m_config->precedence == Precedence::MEMBERLIST)
    {
        return accusation.incarnation >= held.incarnation && !held.Gone();
    }
    const News before{held.incarnation, held.State()};
    return Combine(before, accusation, m_config->deadIsFinal) != before ||
           (accusation == before && accusation.state == MemberState::SUSPECT);
}

/// Whether a suspicion at this incarnation only confirms the one that runs.
bool Node::Confirms(const PeerRecord& held, std::uint32_t incarnation) const
{
    const bool later = m_config->precedence == Precedence::TOTAL && incarnation > held.incarnation;
    return held.State() == MemberState::SUSPECT && !later;
}

void Node::ApplyAccusation(Instant now,
                           wire::MessageType type,
                           const wire::Accusation& accusation,
                           Outbox& out)
{
    const Slot slot = FindSlot(accusation.node);
    if (slot == NONE)
    {
        return; // news about a stranger: memberlist ignores it too
    }
    // Most news is old news: find that out before anything is looked up for it.
    const bool suspect = type == wire::MessageType::SUSPECT;
    const MemberState state = suspect                              ? MemberState::SUSPECT
                              : accusation.from == accusation.node ? MemberState::LEFT
                                                                   : MemberState::DEAD;
    const PeerRecord record = m_members.At(slot);
    if (!IsNews(record, {accusation.incarnation, state}))
    {
        return;
    }
    if (suspect && Confirms(record, accusation.incarnation) &&
        !m_suspicions.WantsConfirmation(slot))
    {
        return; // and its accuser's name need not be remembered, which a stranger may have invented
    }
    if (accusation.incarnation == UINT32_MAX)
    {
        Reject(Rejection::LAST_INCARNATION, out);
        return;
    }
    const NameId accuser = m_directory.InternName(accusation.from);
    if (accuser == NONE)
    {
        Reject(Rejection::DIRECTORY_FULL, out);
        return;
    }
    if (suspect)
    {
        ApplySuspect(now, slot, accusation.incarnation, accuser, out);
    }
    else
    {
        ApplyDead(now, slot, accusation.incarnation, accuser, out);
    }
}

void Node::ApplySuspect(Instant now, Slot slot, std::uint32_t incarnation, NameId from, Outbox& out)
{
    const PeerRecord record = m_members.At(slot);
    if (!IsNews(record, {incarnation, MemberState::SUSPECT}))
    {
        return;
    }
    if (slot == m_slot)
    {
        RefuteUnlessLeft(now, incarnation, from, out);
        return;
    }
    if (m_config->deadIsFinal && record.State() == MemberState::DEAD)
    {
        m_members.Update(slot, {record.identity, incarnation, MemberState::DEAD, record.Since()});
        return; // the accusation is later than the death, and raises it
    }
    const NameId subject = m_directory.Get(record.identity).name;
    if (Confirms(record, incarnation))
    {
        if (m_suspicions.Confirm(slot, from))
        {
            TraceSuspicion({.kind = DecisionKind::SUSPICION_CONFIRMED, .accuser = from}, slot, out);
            TraceSuspicion({.kind = DecisionKind::SUSPICION_SHORTENED, .accuser = from}, slot, out);
            Queue(now, Update::Suspect(subject, incarnation, from), out);
        }
        return;
    }
    if (record.State() != MemberState::ALIVE)
    {
        // It must have lived at this incarnation to be accused at it.
        BelieveAlive(now, slot, record.identity, incarnation, out);
    }
    if (!m_config->suspicion)
    {
        ApplyDead(now, slot, incarnation, from, out);
        return;
    }
    Queue(now, Update::Suspect(subject, incarnation, from), out);
    m_members.Update(slot, {record.identity, incarnation, MemberState::SUSPECT, now});
    m_suspicions.Start(slot, from, now, BoundSuspicion(*m_config, m_members.Size()));
    TraceSuspicion({.kind = DecisionKind::SUSPICION_STARTED, .accuser = from}, slot, out);
    out.AddEvent({EventKind::SUSPECT, subject, incarnation, from});
}

void Node::ApplyDead(Instant now, Slot slot, std::uint32_t incarnation, NameId from, Outbox& out)
{
    const PeerRecord record = m_members.At(slot);
    const NameId subject = m_directory.Get(record.identity).name;
    News news{incarnation, from == subject ? MemberState::LEFT : MemberState::DEAD};
    if (!IsNews(record, news))
    {
        return;
    }
    if (slot == m_slot && (!m_left || record.Gone()))
    {
        if (m_config->ownDeath == OwnDeath::STOP && !m_left && incarnation >= m_incarnation)
        {
            Stop(incarnation, from, out);
            return;
        }
        RefuteUnlessLeft(now, incarnation, from, out);
        return;
    }
    if (record.State() == MemberState::SUSPECT)
    {
        TraceSuspicion({.kind = DecisionKind::SUSPICION_ENDED,
                        .accuser = from,
                        .by = from == subject ? "left" : "dead"},
                       slot,
                       out);
        m_suspicions.Cancel(slot);
    }
    Queue(now, Update::Dead(subject, incarnation, from), out);
    if (m_config->precedence == Precedence::TOTAL)
    {
        news = Combine({record.incarnation, record.State()}, news, m_config->deadIsFinal);
    }
    const bool same = news.state == record.State();
    m_members.Update(slot,
                     {record.identity, news.incarnation, news.state, same ? record.Since() : now});
    if (same)
    {
        return; // a later death of a dead member
    }
    const bool left = news.state == MemberState::LEFT;
    out.AddEvent({left ? EventKind::LEFT : EventKind::DEAD, subject, news.incarnation, from});
    if (!left)
    {
        ArmHealing(now);
    }
    SettleBroadcastsIfAlone();
}

void Node::RefuteUnlessLeft(Instant now, std::uint32_t accused, NameId accuser, Outbox& out)
{
    if (!m_left && accused >= m_incarnation)
    {
        Refute(now, accused, accuser, out);
    }
}

void Node::Refute(Instant now, std::uint32_t accused, NameId accuser, Outbox& out)
{
    const std::uint32_t highest = std::max(m_incarnation, accused);
    m_incarnation = highest + (highest < UINT32_MAX); // a forged last incarnation cannot be beaten
    ++m_counters.refutations;
    out.AddDecision({.kind = DecisionKind::REFUTED,
                     .subject = m_name,
                     .accuser = accuser,
                     .incarnation = m_incarnation});
    ChangeHealth(1, out);
    const PeerRecord before = m_members.At(m_slot);
    m_members.Update(m_slot, {m_identity, m_incarnation, before.State(), before.Since()});
    Queue(now, Update::Alive(m_name, m_incarnation, m_identity), out);
    out.AddEvent({EventKind::REFUTED, m_name, m_incarnation, accuser});
}

void Node::Reap(Instant now)
{
    for (const Slot slot : FirstIds<Slot>(m_members.Slots()))
    {
        const PeerRecord record = m_members.At(slot);
        if (record.Present() && record.Gone() && slot != m_slot &&
            now - record.Since() > m_config->reapTime)
        {
            if (m_coordinates)
            {
                m_coordinates->Forget(m_directory.Get(record.identity).name);
            }
            m_members.Remove(slot);
        }
    }
}

void Node::ChangeHealth(std::int64_t by, Outbox& out)
{
    const std::int64_t worst = m_config->awarenessMaxMultiplier - std::int64_t{1};
    const std::uint32_t before = m_health;
    m_health = static_cast<std::uint32_t>(std::clamp<std::int64_t>(m_health + by, 0, worst));
    if (m_health != before)
    {
        out.AddDecision({.kind = DecisionKind::HEALTH, .count = m_health});
    }
}

} // namespace swim
