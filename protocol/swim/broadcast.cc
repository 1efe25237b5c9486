// SPDX-License-Identifier: MIT
//
// See broadcast.h.
#include "swim/broadcast.h"

#include "swim/suspicion.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

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
    if (update.kind == UpdateKind::ALIVE && update.incarnation == 1 &&
        update.detail == update.subject && update.subject < LISTED)
    {
        return {update.subject};
    }
    if (m_free == NONE)
    {
        m_free = static_cast<std::uint32_t>(m_listed.size());
        m_listed.push_back({.kind = {}, .subject = NONE, .incarnation = 0, .detail = 0});
    }
    const UpdateRef ref{m_free | LISTED};
    m_free = m_listed[m_free].subject;
    m_listed[ref.value & ~LISTED] = update;
    return ref;
}

Update UpdateQueue::Get(UpdateRef ref) const
{
    return (ref.value & LISTED) == 0 ? Update{UpdateKind::ALIVE, ref.value, 1, ref.value}
                                     : m_listed[ref.value & ~LISTED];
}

void UpdateQueue::Release(UpdateRef ref)
{
    if (!m_waiting.empty())
    {
        m_waiting[Get(ref).subject] = false;
    }
    if ((ref.value & LISTED) != 0)
    {
        m_listed[ref.value & ~LISTED].subject = m_free;
        m_free = ref.value & ~LISTED;
    }
}

bool UpdateQueue::Contains(NameId subject) const
{
    if (!m_waiting.empty())
    {
        return subject < m_waiting.size() && m_waiting[subject];
    }
    return ContainsIf([&](UpdateRef ref) { return Get(ref).subject == subject; });
}

void UpdateQueue::DropNewsOf(NameId subject)
{
    if (!m_waiting.empty() && !Contains(subject))
    {
        return;
    }
    std::optional<UpdateRef> dropped;
    EraseIf([&](UpdateRef ref) {
        const bool found = Get(ref).subject == subject;
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
    DropNewsOf(update.subject);
    TransmitQueue::Push(MakeRef(update), size);
    if (!m_waiting.empty())
    {
        Note(update.subject);
    }
    else if (Long())
    {
        ForEach([this](UpdateRef ref) { Note(Get(ref).subject); });
    }
}

void UpdateQueue::Note(NameId subject)
{
    if (subject >= m_waiting.size())
    {
        m_waiting.resize(std::size_t{subject} + 1);
    }
    m_waiting[subject] = true;
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
        m_free = NONE;
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
                    [&](const UserBroadcast& what, std::size_t size, bool) {
                        taken.push_back({what, size});
                    });
}

} // namespace swim
