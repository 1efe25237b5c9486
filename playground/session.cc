// SPDX-License-Identifier: MIT
//
// See session.h.
#include "playground/session.h"

#include <algorithm>

namespace swim::playground
{

namespace
{

std::uint16_t ShortOf(Member member)
{
    return member == NOBODY ? NO_MEMBER : static_cast<std::uint16_t>(member);
}

std::uint16_t ShortOf(NameId name)
{
    return ShortOf(VirtualNetwork::MemberOf(name));
}

View ViewOf(MemberState state)
{
    switch (state)
    {
    case MemberState::ALIVE:
        return View::ALIVE;
    case MemberState::SUSPECT:
        return View::SUSPECT;
    case MemberState::DEAD:
        return View::DEAD;
    case MemberState::LEFT:
        return View::LEFT;
    }
    return View::UNKNOWN;
}

} // namespace

Session::Session(const Cluster::Setup& setup)
    : m_setup(setup),
      m_views(std::size_t{setup.members} * setup.members, View::ALIVE),
      m_cluster(setup, *this),
      m_network(m_cluster.Network())
{
    m_cluster.Start();
}

/// The first member, and while that is down the first one that runs, as cluster.seeds is by default.
std::vector<Member> Session::Contacts(const std::vector<Member>& starting) const
{
    const auto runs = [&](Member member) {
        return m_cluster.ConditionOf(member) == Fault::Condition::RUNNING &&
               !std::ranges::binary_search(starting, member);
    };
    std::vector<Member> contacts = {0};
    Member first = 0;
    while (first < m_setup.members && !runs(first))
    {
        ++first;
    }
    if (first != 0 && first < m_setup.members)
    {
        contacts.push_back(first);
    }
    return contacts;
}

/// A process that starts knows itself alone.
void Session::Forget(Member observer)
{
    View* const row = &m_views[std::size_t{observer} * m_setup.members];
    std::fill_n(row, m_setup.members, View::UNKNOWN);
    row[observer] = View::ALIVE;
    ++m_changes;
}

std::size_t Session::Do(Fault fault, std::string_view value)
{
    if (HitsMembers(fault.kind))
    {
        std::ranges::sort(fault.members);
        fault.members.erase(std::unique(fault.members.begin(), fault.members.end()),
                            fault.members.end());
        std::erase_if(fault.members, [&](Member member) {
            return member >= m_setup.members || !m_cluster.CanHit(fault.kind, member);
        });
        if (fault.members.empty())
        {
            return 0;
        }
    }
    Deed deed{m_cluster.Now().time_since_epoch().count(), m_rows.size(), fault, std::string(value)};
    if (fault.kind == Fault::Kind::RESTART)
    {
        fault.seeds = Contacts(fault.members);
        for (const Member member : fault.members)
        {
            deed.incarnations.push_back(m_cluster.StartingIncarnation(member, true));
            Forget(member);
        }
    }
    if (m_recordEnd == NEVER)
    {
        m_deeds.push_back(std::move(deed));
    }
    m_cluster.Do(fault);
    return HitsMembers(fault.kind) ? fault.members.size() : 1;
}

void Session::OnConclusion(Member observer, const Event& event)
{
    const Member subject = VirtualNetwork::MemberOf(event.subject);
    const auto set = [&](View view) {
        if (subject != NOBODY && subject != observer)
        {
            m_views[std::size_t{observer} * m_setup.members + subject] = view;
            ++m_changes;
        }
    };
    switch (event.kind)
    {
    case EventKind::JOINED:
    case EventKind::REFUTED:
        set(View::ALIVE);
        break;
    case EventKind::SUSPECT:
        set(View::SUSPECT);
        break;
    case EventKind::DEAD:
        set(View::DEAD);
        break;
    case EventKind::LEFT:
        set(View::LEFT);
        break;
    default:
        break;
    }
    if (m_recordEnd != NEVER)
    {
        return;
    }
    m_rows.push_back({m_network.Now().time_since_epoch().count(),
                      event.incarnation,
                      ShortOf(observer),
                      ShortOf(event.subject),
                      ShortOf(event.source),
                      event.kind,
                      static_cast<std::uint8_t>(event.rejection.value_or(Rejection{}))});
    if (m_rows.size() == MOST_ROWS)
    {
        m_recordEnd = m_network.Now();
    }
}

Moved& Session::MovedNow(TrafficKind kind)
{
    const auto second = static_cast<std::size_t>(
        std::chrono::floor<std::chrono::seconds>(m_network.Now().time_since_epoch()).count());
    if (m_traffic.size() <= second)
    {
        m_traffic.resize(second + 1);
    }
    return m_traffic[second][static_cast<std::size_t>(kind)];
}

void Session::OnSent(const Passage& passage)
{
    Moved& moved = MovedNow(passage.kind);
    ++moved.sent;
    moved.sentBytes += passage.bytes;
    const auto seconds = [](Instant time) {
        return std::chrono::duration<double>(time.time_since_epoch()).count();
    };
    const Instant usual = m_network.Now() + m_setup.path + m_setup.delay + m_setup.jitter / 2;
    const bool arrives = passage.fate == Passage::Fate::ARRIVES;
    m_flights[m_flightNumber % FLIGHTS] = {seconds(m_network.Now()),
                                           seconds(arrives ? passage.arrives : usual),
                                           ShortOf(passage.from),
                                           ShortOf(passage.to),
                                           passage.kind,
                                           passage.isStream,
                                           static_cast<std::uint8_t>(passage.fate)};
    ++m_flightNumber;
}

void Session::OnReceived(Member, TrafficKind kind, std::size_t bytes)
{
    Moved& moved = MovedNow(kind);
    ++moved.received;
    moved.receivedBytes += bytes;
}

/// Whom a table forgot was gone before, which no conclusion tells.
std::size_t Session::WrongViews() const
{
    std::size_t wrong = 0;
    for (Member observer = 0; observer < m_setup.members; ++observer)
    {
        const Node* node = m_network.At(observer);
        for (Member subject = 0; node && subject < m_setup.members; ++subject)
        {
            const View shown = m_views[std::size_t{observer} * m_setup.members + subject];
            const Slot slot = node->Members().Find(VirtualNetwork::NameOf(subject));
            const bool isHeld = slot != NONE;
            const View held = isHeld ? ViewOf(node->Members().At(slot).State()) : View::UNKNOWN;
            const bool isRight =
                isHeld ? shown == held : shown != View::ALIVE && shown != View::SUSPECT;
            wrong += subject == observer || isRight ? 0 : 1;
        }
    }
    return wrong;
}

} // namespace swim::playground
