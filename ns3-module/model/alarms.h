// SPDX-License-Identifier: GPL-2.0-only
//
// One alarm for each member of a cluster, on ns-3's scheduler.
//
// A member's next deadline moves with almost every message. Handles of ns-3's events would have to
// be looked up to cancel them, and each event would have to look up its member to find that it is
// too early; with a million members every such look is a wait for memory. So an alarm that was
// moved stays behind as an event, and is known as stale by a table small enough for the cache.
// Private to this module, as it is C++20.
#pragma once

#include "ns3/nstime.h"

#include <cstdint>
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

    void Ring(uint32_t member);

    std::vector<int64_t> m_atNs;
    std::vector<Sleeper*> m_sleepers;
};

} // namespace ns3
