// SPDX-License-Identifier: MIT
//
// See rapid.h: configurations, how one follows another, and what becomes of who is in it no more.
#include "detectors/rapid.h"
#include "swim/versions.h"

#include <algorithm>

namespace swim::detectors
{

std::vector<NameId> Rapid::CurrentMembers() const
{
    std::vector<NameId> names;
    for (const Slot slot : FirstIds<Slot>(m_members.Slots()))
    {
        const PeerRecord record = m_members.At(slot);
        if (record.Present() && !record.Gone())
        {
            names.push_back(m_directory.Get(record.identity).name);
        }
    }
    return names;
}

/// The next configuration's id: of the last one and of who is in the next.
std::uint64_t Rapid::NextId(const std::vector<NameId>& members) const
{
    std::uint64_t sum = 0;
    for (const NameId name : members)
    {
        const Slot slot = m_members.Find(name);
        std::uint64_t state = HashOf(name) ^ m_members.At(slot).incarnation;
        sum += SplitMix64(state);
    }
    std::uint64_t state = m_configuration * 37 + sum;
    return SplitMix64(state);
}

/// @param atOnce whether the first probes go out now, as after a view change, or at a random phase
void Rapid::Install(std::uint64_t id, bool atOnce)
{
    const Config& config = m_shared->config;
    m_configuration = id;
    const std::vector<NameId> names = CurrentMembers();
    const auto fits = [&](const RapidView& view) {
        return view.Size() == names.size() &&
               std::ranges::all_of(names, [&](NameId name) { return view.Has(HashOf(name)); });
    };
    auto& kept = m_shared->views[id];
    m_view = kept.lock();
    if (!m_view || !fits(*m_view)) // somebody may lie about who is in it
    {
        std::vector<RapidView::Member> members;
        for (const NameId name : names)
        {
            members.push_back({name, HashOf(name)});
        }
        m_view = std::make_shared<const RapidView>(members, config.rings);
        if (kept.expired())
        {
            kept = m_view;
        }
    }
    m_edges.clear();
    for (std::uint32_t ring = 0; ring < config.rings; ++ring)
    {
        m_edges.push_back({m_members.Find(m_view->Subject(HashOf(m_name), ring))});
    }
    m_rounds.clear();
    m_alerts.clear();
    m_cut.Clear();
    m_sawDown = false;
    m_proposed = false;
    m_leaving.clear();
    m_known.clear();
    m_fallbackAt = NEVER;
    m_paxos = FastPaxos(m_view->Size(), HashOf(m_name) | 2);
    const auto interval = static_cast<std::uint64_t>(config.probeInterval.count());
    m_nextTick =
        atOnce ? m_now : m_now + Duration(static_cast<std::int64_t>(m_rng.Below(interval)));
}

void Rapid::OnDecision(const FastPaxos::Value& value, Outbox& out)
{
    bool removed = false;
    for (const FastPaxos::Member member : value)
    {
        const NameId name(member);
        Slot slot = m_members.Find(name);
        if (InConfiguration(name))
        {
            const PeerRecord record = m_members.At(slot);
            // A former life of its own may have wanted to leave.
            const bool leaves = slot == m_slot ? m_leaveUntil != NEVER : m_leaving.contains(name);
            const MemberState state = leaves ? MemberState::LEFT : MemberState::DEAD;
            m_members.Update(slot, {record.identity, record.incarnation, state, m_now});
            if (leaves || slot != m_slot) // whoever is removed and lives joins again
            {
                out.AddEvent(
                    {leaves ? EventKind::LEFT : EventKind::DEAD, name, record.incarnation, m_name});
            }
            removed = removed || slot == m_slot;
            continue;
        }
        const Identified& known = m_known[name];
        const IdentityId identity = m_directory.Intern(name, known.address, "", OUR_VERSIONS);
        const PeerRecord record(identity, known.incarnation, MemberState::ALIVE, m_now);
        if (slot == NONE)
        {
            m_members.Insert(record);
        }
        else
        {
            m_members.Update(slot, record);
        }
        out.AddEvent({EventKind::JOINED, name, known.incarnation, m_name});
    }
    if (removed)
    {
        BeRemoved(out);
        return;
    }
    Calm(out);
    Install(NextId(CurrentMembers()), true);
    Welcome(value, out);
}

/// Alerts are of a configuration: in the next one nobody is suspected.
void Rapid::Calm(Outbox& out)
{
    for (const Slot slot : FirstIds<Slot>(m_members.Slots()))
    {
        const PeerRecord record = m_members.At(slot);
        if (record.State() == MemberState::SUSPECT)
        {
            m_members.Update(slot,
                             {record.identity, record.incarnation, MemberState::ALIVE, m_now});
            out.AddEvent({EventKind::REFUTED,
                          m_directory.Get(record.identity).name,
                          record.incarnation,
                          m_name});
        }
    }
}

/// Joins again with the next incarnation, unless it wanted to go.
void Rapid::BeRemoved(Outbox& out)
{
    if (m_leaveUntil != NEVER)
    {
        m_left = true;
        return;
    }
    Calm(out);
    m_joining = {};
    for (const NameId name : CurrentMembers())
    {
        m_joining.seeds.push_back(
            m_directory.Get(m_members.At(m_members.Find(name)).identity).address);
    }
    m_incarnation = std::max(m_incarnation, m_members.At(m_slot).incarnation) + 1;
    m_members.Update(m_slot, {m_identity, m_incarnation, MemberState::ALIVE, m_now});
    m_view = nullptr;
    m_edges.clear();
    m_rounds.clear();
    m_alerts.clear();
    m_nextTick = NEVER;
    m_fallbackAt = NEVER;
    m_joining.retryAt = m_now + m_shared->config.probeInterval;
}

} // namespace swim::detectors
