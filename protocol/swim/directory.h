// SPDX-License-Identifier: MIT
//
// Interns names and identities, so that a thousand views of one member share one copy of its
// strings.
//
// A node's record of a peer is 16 bytes (members.h); everything long lives here once a process. All
// nodes of a simulation share one directory; an agent has its own. Entries are never dropped, so
// ids stay valid; what strangers can make it hold is bounded by its capacity.
#pragma once

#include "swim/ids.h"
#include "swim/state-line.h"
#include "swim/types.h"
#include "swim/versions.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace swim
{

/// Everything about a member that is not its state.
struct Identity
{
    NameId name = NONE;
    Address address;
    Versions versions{};
    std::string meta;
};

/// All names and identities that anybody of a process has heard of, by number.
class Directory
{
  public:
    /// A million members with four names, or four changes of their metadata, each.
    static constexpr std::size_t CAPACITY = 4 * 1'048'576;

    /// @param capacity the most names, and the most identities
    explicit Directory(std::size_t capacity = CAPACITY)
        : m_capacity(capacity)
    {
    }

    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;

    /// @return NONE if the directory is full and does not have the name
    NameId InternName(std::string_view name);

    /// @return the name's id, or NONE if nobody of that name was ever interned
    NameId FindName(std::string_view name) const;

    std::string_view Name(NameId id) const
    {
        return m_names[id.Value()];
    }

    /// @return NONE if the directory is full and does not have the identity
    IdentityId Intern(NameId name,
                      const Address& address,
                      std::string_view meta,
                      const Versions& versions);

    /// How many names there are, whoever said them.
    std::size_t Names() const
    {
        return m_names.size();
    }

    /// How many identities there are.
    std::size_t Identities() const
    {
        return m_identities.size();
    }

    const Identity& Get(IdentityId id) const
    {
        return m_identities[id.Value()];
    }

    std::string_view NameOf(IdentityId id) const
    {
        return Name(Get(id).name);
    }

    /// What the member tells of itself.
    wire::Alive AliveOf(IdentityId id, std::uint32_t incarnation) const;

    /// The member's line in a push/pull, made when it is first asked for.
    const wire::StateLine& Line(IdentityId id);

    /// Appends the message that says of the member what AliveOf says; its line is kept.
    void AppendAlive(IdentityId id, std::uint32_t incarnation, wire::Bytes& out);

  private:
    /// An identity that need not be stored yet, for look-ups without a copy.
    struct Fields
    {
        NameId name;
        const Address& address;
        std::string_view meta;
        const Versions& versions;
    };

    struct Hash
    {
        using is_transparent = void;
        const Directory* directory;
        std::size_t operator()(const Fields& fields) const;
        std::size_t operator()(IdentityId id) const;
    };

    struct Equal
    {
        using is_transparent = void;
        const Directory* directory;
        bool operator()(IdentityId a, IdentityId b) const;
        bool operator()(const Fields& a, IdentityId b) const;
        bool operator()(IdentityId a, const Fields& b) const;
    };

    Fields FieldsOf(IdentityId id) const;

    /// One place of the table of names: by open addressing, since nearly every message looks names
    /// up, and a look into a table of its own is a third of one into std::unordered_map's nodes.
    struct NamePlace
    {
        std::uint32_t hash = 0;
        NameId id = NONE; ///< NONE: free
    };

    template <typename Form>
    const Form& LineOf(std::vector<std::unique_ptr<const Form>>& lines, IdentityId id) const;

    std::size_t PlaceOf(std::string_view name, std::uint32_t hash) const;
    void GrowPlaces();

    std::size_t m_capacity;
    std::deque<std::string> m_names;    ///< a deque: views of its strings stay valid
    std::vector<NamePlace> m_places{2}; ///< a power of two, at most half of it in use
    std::deque<Identity> m_identities;
    std::unordered_set<IdentityId, Hash, Equal> m_identityIds{16, Hash{this}, Equal{this}};
    /// Both by identity; null: not asked for.
    std::vector<std::unique_ptr<const wire::StateLine>> m_lines;
    std::vector<std::unique_ptr<const wire::AliveLine>> m_aliveLines;
};

} // namespace swim
