// SPDX-License-Identifier: MIT
//
// Numbers that stand for things: a name, an identity, a place in a table.
//
// All are small and dense, so that what is long is stored once and found by index. They are types
// of their own, as a name's number where a slot's belongs would find somebody, and the wrong one.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace swim
{

/// The number of a thing of one kind, or of none; as small and quick as the number itself.
/// @tparam Tag tells kinds apart
template <class Tag>
class Id
{
  public:
    /// None.
    constexpr Id() = default;

    constexpr explicit Id(std::uint32_t value)
        : m_value(value)
    {
    }

    constexpr std::uint32_t Value() const
    {
        return m_value;
    }

    friend constexpr auto operator<=>(const Id&, const Id&) = default;

    /// As text: the number.
    template <class Stream>
    friend Stream& operator<<(Stream& stream, const Id& id)
    {
        stream << id.m_value;
        return stream;
    }

  private:
    std::uint32_t m_value = UINT32_MAX;
};

/// Becomes the none of any kind.
struct NoId
{
    template <class Tag>
    constexpr operator Id<Tag>() const
    {
        return {};
    }
};

/// No name, no identity or no slot.
inline constexpr NoId NONE;

template <class Tag>
constexpr bool operator==(const Id<Tag>& id, const NoId& none)
{
    return id == Id<Tag>(none);
}

/// A member's name, interned by the Directory: dense from 0.
using NameId = Id<struct NameTag>;

/// A name with its address, port, metadata and versions, interned by the Directory: dense from 0.
using IdentityId = Id<struct IdentityTag>;

/// A member's place in one node's table.
using Slot = Id<struct SlotTag>;

/// The ids from 0 on, to go through: `for (const Slot slot : FirstIds<Slot>(table.Slots()))`.
template <class T>
class FirstIds
{
  public:
    class Iterator
    {
      public:
        constexpr explicit Iterator(std::uint32_t value)
            : m_value(value)
        {
        }

        constexpr T operator*() const
        {
            return T(m_value);
        }

        constexpr Iterator& operator++()
        {
            ++m_value;
            return *this;
        }

        friend constexpr bool operator==(const Iterator&, const Iterator&) = default;

      private:
        std::uint32_t m_value;
    };

    constexpr explicit FirstIds(std::uint32_t count)
        : m_count(count)
    {
    }

    constexpr Iterator begin() const
    {
        return Iterator(0);
    }

    constexpr Iterator end() const
    {
        return Iterator(m_count);
    }

  private:
    std::uint32_t m_count;
};

} // namespace swim

template <class Tag>
struct std::hash<swim::Id<Tag>>
{
    std::size_t operator()(const swim::Id<Tag>& id) const noexcept
    {
        return std::hash<std::uint32_t>()(id.Value());
    }
};
