// SPDX-License-Identifier: GPL-2.0-only
//
// From names to members, tens of millions of times: a hash table with open addressing, built once.
#pragma once

#include "lab/topology/member-id.h"

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace swimlab
{

class NameTable
{
  public:
    /// @param names each once; outlive this
    explicit NameTable(const std::vector<std::string>& names)
        : m_names(names)
    {
        std::size_t size = 16;
        while (size < 2 * names.size())
        {
            size *= 2;
        }
        m_slots.assign(size, NOBODY);
        for (MemberId member = 0; member < names.size(); ++member)
        {
            std::size_t slot = SlotOf(names[member]);
            while (m_slots[slot] != NOBODY)
            {
                slot = (slot + 1) & (m_slots.size() - 1);
            }
            m_slots[slot] = member;
        }
    }

    std::optional<MemberId> Find(std::string_view name) const
    {
        for (std::size_t slot = SlotOf(name); m_slots[slot] != NOBODY;
             slot = (slot + 1) & (m_slots.size() - 1))
        {
            if (m_names[m_slots[slot]] == name)
            {
                return m_slots[slot];
            }
        }
        return {};
    }

  private:
    static constexpr MemberId NOBODY = ~MemberId{0};

    std::size_t SlotOf(std::string_view name) const
    {
        std::uint64_t hash = name.size();
        for (; name.size() > 8; name.remove_prefix(8))
        {
            hash = Mix(hash, name.data(), 8);
        }
        return static_cast<std::size_t>(Mix(hash, name.data(), name.size())) & (m_slots.size() - 1);
    }

    static std::uint64_t Mix(std::uint64_t hash, const char* text, std::size_t size)
    {
        std::uint64_t word = 0;
        std::memcpy(&word, text, size);
        hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
        return hash ^ hash >> 32;
    }

    const std::vector<std::string>& m_names;
    std::vector<MemberId> m_slots;
};

} // namespace swimlab
