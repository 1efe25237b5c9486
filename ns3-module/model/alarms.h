// SPDX-License-Identifier: GPL-2.0-only
//
// One alarm for each member of a cluster, on ns-3's scheduler.
//
// A member's next deadline moves with almost every message: half of all alarms are stale before
// their time. As events of ns-3's they would fill its queue, and with a million members each look
// at one is a wait for memory. So alarms first lie in a wheel, sorted by time only coarsely; when
// their slot comes, those that still hold become events. Which do is told by a table small enough
// for the cache. The slots share their memory: a slot that keeps what it once needed keeps it for
// members that have long set their alarms elsewhere. Private to this module, as it is C++20.
#pragma once

#include "ns3/nstime.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace ns3
{

class Alarms
{
  public:
    /// What is told that its time has come.
    class Sleeper
    {
      public:
        virtual void OnAlarm() = 0;

      protected:
        ~Sleeper() = default;
    };

    static constexpr int64_t NEVER_NS = INT64_MAX;

    /// @param sleeperBytes what a sleeper will touch, from where it lies: see SwimForeseenEvent
    explicit Alarms(std::size_t sleeperBytes);

    /// For one member more.
    void Add();

    /// Tells the sleeper then, or not at all if it is NEVER_NS, instead of what was set before.
    /// @param atNs not in the past @param sleeper outlives the alarm
    void Set(uint32_t member, Sleeper& sleeper, int64_t atNs);

    void Clear(uint32_t member)
    {
        m_atNs[member] = NEVER_NS;
    }

  private:
    class Event;

    struct Entry
    {
        int64_t atNs;
        uint32_t member;
    };

    /// 16.8 ms a slot, 4.3 s in all; what is further off is an event from the start.
    static constexpr int SLOT_BITS = 24;
    static constexpr int64_t SLOTS = 256;

    /// A page of memory.
    static constexpr std::size_t CHUNK_ENTRIES = 4096 / sizeof(Entry);
    using Chunk = std::array<Entry, CHUNK_ENTRIES>;

    /// Alarms of one slot, in the order in which they were set.
    struct Slot
    {
        std::vector<std::unique_ptr<Chunk>> chunks; //!< all full but the last
        Entry* next = nullptr;                      //!< room for one more, in the last
        Entry* end = nullptr;                       //!< of the last
    };

    static int64_t SlotOf(int64_t timeNs)
    {
        return timeNs >> SLOT_BITS;
    }

    void Grow(Slot& slot);
    void MakeEvent(const Entry& alarm);
    void Open(int64_t slot);
    void Ring(uint32_t member);

    std::size_t m_sleeperBytes;
    std::vector<int64_t> m_atNs;      //!< by member; NEVER_NS: none
    std::vector<Sleeper*> m_sleepers; //!< by member
    std::array<Slot, SLOTS> m_wheel;
    std::vector<std::unique_ptr<Chunk>> m_spare; //!< for any slot
};

} // namespace ns3
