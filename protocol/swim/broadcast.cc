// SPDX-License-Identifier: MIT
//
// See broadcast.h.
#include "swim/broadcast.h"

#include "swim/suspicion.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace swim
{

std::uint32_t RetransmitLimit(const Config& config, std::uint32_t n)
{
    switch (config.retransmitLaw)
    {
    case RetransmitLaw::MEMBERLIST:
        return config.retransmitMult * CeilLog10(n + 1ull);
    case RetransmitLaw::PAPER:
        return config.retransmitMult * CeilLn(n + 1ull);
    case RetransmitLaw::MEMLIST:
        return config.retransmitMult * (CeilLog10(std::max(n, 1u)) + 1);
    }
    return 0;
}

UpdateRef UpdateQueue::MakeRef(const Update& update)
{
    const std::uint32_t name = update.Subject().Value();
    if (update.Kind() == UpdateKind::ALIVE && update.Incarnation() == 1 &&
        update.Identity().Value() == name && name < LISTED)
    {
        return {name};
    }
    if (m_free == NO_PLACE)
    {
        m_listed.push_back(update);
        return {static_cast<std::uint32_t>(m_listed.size() - 1) | LISTED};
    }
    const std::uint32_t place = std::exchange(m_free, m_listed[m_free].Subject().Value());
    m_listed[place] = update;
    return {place | LISTED};
}

Update UpdateQueue::Get(UpdateRef ref) const
{
    return (ref.value & LISTED) == 0 ? Update::Alive(NameId(ref.value), 1, IdentityId(ref.value))
                                     : m_listed[ref.value & ~LISTED];
}

void UpdateQueue::Release(UpdateRef ref)
{
    if (!m_waiting.empty())
    {
        m_waiting[Get(ref).Subject().Value()] = false;
    }
    if ((ref.value & LISTED) != 0)
    {
        const std::uint32_t place = ref.value & ~LISTED;
        m_listed[place] = Update::Alive(NameId(std::exchange(m_free, place)), 0, NONE);
    }
}

bool UpdateQueue::Contains(NameId subject) const
{
    if (!m_waiting.empty())
    {
        return subject.Value() < m_waiting.size() && m_waiting[subject.Value()];
    }
    return ContainsIf([&](UpdateRef ref) { return Get(ref).Subject() == subject; });
}

void UpdateQueue::DropNewsOf(NameId subject)
{
    if (!m_waiting.empty() && !Contains(subject))
    {
        return;
    }
    std::optional<UpdateRef> dropped;
    EraseIf([&](UpdateRef ref) {
        const bool found = Get(ref).Subject() == subject;
        dropped = found ? ref : dropped;
        return found;
    });
    if (dropped)
    {
        Release(*dropped);
    }
}

void UpdateQueue::Push(const Update& update, std::size_t size)
{
    DropNewsOf(update.Subject());
    TransmitQueue::Push(MakeRef(update), size);
    if (!m_waiting.empty())
    {
        Note(update.Subject());
    }
    else if (Long())
    {
        ForEach([this](UpdateRef ref) { Note(Get(ref).Subject()); });
    }
}

void UpdateQueue::Note(NameId subject)
{
    const std::size_t place = subject.Value();
    if (place >= m_waiting.size())
    {
        m_waiting.resize(place + 1);
    }
    m_waiting[place] = true;
}

std::size_t UpdateQueue::Take(std::size_t budget,
                              std::size_t overhead,
                              std::size_t most,
                              std::uint32_t limit,
                              std::vector<Taken>& taken)
{
    taken.clear();
    const auto take = [&](UpdateRef ref, std::size_t size, bool dropped) {
        taken.push_back({Get(ref), size});
        if (dropped)
        {
            Release(ref);
        }
    };
    const std::size_t left = TakeEach(budget, overhead, most, limit, take);
    if (Empty())
    {
        m_waiting = {};
        m_listed.clear();
        m_free = NO_PLACE;
    }
    return left;
}

std::size_t UserQueue::Take(std::size_t budget,
                            std::size_t overhead,
                            std::size_t most,
                            std::uint32_t limit,
                            std::vector<Taken>& taken)
{
    taken.clear();
    return TakeEach(budget,
                    overhead,
                    most,
                    limit,
                    [&](const std::shared_ptr<UserBroadcast>& what, std::size_t size, bool last) {
                        taken.push_back({what, size, last});
                    });
}

} // namespace swim
