// SPDX-License-Identifier: MIT
//
// See directory.h.
#include "swim/directory.h"

#include <cstring>
#include <utility>

namespace swim
{

namespace
{

bool SameFields(const auto& a, const auto& b)
{
    return a.name == b.name && a.address == b.address && a.versions == b.versions &&
           a.meta == b.meta;
}

constexpr std::size_t WORD = sizeof(std::uint64_t);

template <typename Number>
std::uint64_t Load(const char* at)
{
    Number number;
    std::memcpy(&number, at, sizeof(number));
    return number;
}

/// All of a text of at most eight bytes, in one number; other texts of its size have others.
std::uint64_t WordOf(const char* at, std::size_t size)
{
    if (size == WORD)
    {
        return Load<std::uint64_t>(at);
    }
    if (size >= WORD / 2)
    {
        return Load<std::uint32_t>(at) | Load<std::uint32_t>(at + size - WORD / 2) << 32;
    }
    return size == 0 ? 0
                     : Load<std::uint8_t>(at) | Load<std::uint8_t>(at + size / 2) << 8 |
                           Load<std::uint8_t>(at + size - 1) << 16;
}

/// What it is on this machine shows in nothing.
std::uint32_t HashOf(std::string_view name)
{
    std::uint64_t hash = name.size();
    const auto mix = [&hash](std::uint64_t word) {
        hash = (hash ^ word) * 0x9e3779b97f4a7c15;
        hash ^= hash >> 29;
    };
    for (; name.size() > WORD; name.remove_prefix(WORD))
    {
        mix(Load<std::uint64_t>(name.data()));
    }
    mix(WordOf(name.data(), name.size()));
    return static_cast<std::uint32_t>(hash >> 16);
}

/// As `==` says; names are short, and a call of memcmp is longer.
bool SameName(std::string_view a, std::string_view b)
{
    if (a.size() != b.size())
    {
        return false;
    }
    for (; a.size() > WORD; a.remove_prefix(WORD), b.remove_prefix(WORD))
    {
        if (Load<std::uint64_t>(a.data()) != Load<std::uint64_t>(b.data()))
        {
            return false;
        }
    }
    return WordOf(a.data(), a.size()) == WordOf(b.data(), b.size());
}

} // namespace

NameId Directory::InternName(std::string_view name)
{
    const std::uint32_t hash = HashOf(name);
    const std::size_t place = PlaceOf(name, hash);
    if (m_places[place].id != NONE)
    {
        return m_places[place].id;
    }
    if (m_names.size() == m_capacity)
    {
        return NONE;
    }
    const NameId id(static_cast<std::uint32_t>(m_names.size()));
    m_names.emplace_back(name);
    m_places[place] = {hash, id};
    if (2 * m_names.size() > m_places.size())
    {
        GrowPlaces();
    }
    return id;
}

NameId Directory::FindName(std::string_view name) const
{
    return m_places[PlaceOf(name, HashOf(name))].id;
}

/// @return where the name is, or the free place where it belongs
std::size_t Directory::PlaceOf(std::string_view name, std::uint32_t hash) const
{
    const std::size_t mask = m_places.size() - 1;
    std::size_t place = hash & mask;
    while (m_places[place].id != NONE &&
           (m_places[place].hash != hash || !SameName(Name(m_places[place].id), name)))
    {
        place = (place + 1) & mask;
    }
    return place;
}

void Directory::GrowPlaces()
{
    const std::vector<NamePlace> before = std::exchange(m_places, {});
    m_places.resize(2 * before.size());
    const std::size_t mask = m_places.size() - 1;
    for (const NamePlace& taken : before)
    {
        std::size_t place = taken.hash & mask;
        while (taken.id != NONE && m_places[place].id != NONE)
        {
            place = (place + 1) & mask;
        }
        if (taken.id != NONE)
        {
            m_places[place] = taken;
        }
    }
}

IdentityId Directory::Intern(NameId name,
                             const Address& address,
                             std::string_view meta,
                             const Versions& versions)
{
    const auto found = m_identityIds.find(Fields{name, address, meta, versions});
    if (found != m_identityIds.end())
    {
        return *found;
    }
    if (m_identities.size() == m_capacity)
    {
        return NONE;
    }
    const IdentityId id(static_cast<std::uint32_t>(m_identities.size()));
    m_identities.push_back(Identity{name, address, versions, std::string(meta)});
    m_identityIds.insert(id);
    return id;
}

wire::Alive Directory::AliveOf(IdentityId id, std::uint32_t incarnation) const
{
    const Identity& member = Get(id);
    return {incarnation,
            Name(member.name),
            member.address,
            {reinterpret_cast<const std::uint8_t*>(member.meta.data()), member.meta.size()},
            member.versions};
}

const wire::StateLine& Directory::Line(IdentityId id)
{
    return LineOf(m_lines, id);
}

void Directory::AppendAlive(IdentityId id, std::uint32_t incarnation, wire::Bytes& out)
{
    if (wire::StateLine::Fits(incarnation))
    {
        LineOf(m_aliveLines, id).Append(incarnation, out);
    }
    else
    {
        wire::Encode(AliveOf(id, incarnation), out);
    }
}

template <typename Form>
const Form& Directory::LineOf(std::vector<std::unique_ptr<const Form>>& lines, IdentityId id) const
{
    if (id.Value() >= lines.size())
    {
        lines.resize(m_identities.size());
    }
    std::unique_ptr<const Form>& line = lines[id.Value()];
    if (line == nullptr)
    {
        line = std::make_unique<const Form>(AliveOf(id, 0));
    }
    return *line;
}

Directory::Fields Directory::FieldsOf(IdentityId id) const
{
    const Identity& identity = Get(id);
    return Fields{identity.name, identity.address, identity.meta, identity.versions};
}

std::size_t Directory::Hash::operator()(const Fields& fields) const
{
    std::uint64_t hash = 0xcbf29ce484222325; // FNV-1a
    const auto mix = [&hash](std::uint64_t value) { hash = (hash ^ value) * 0x100000001b3; };
    mix(fields.name.Value());
    mix(fields.address.port);
    for (const std::uint8_t byte : fields.address.Bytes())
    {
        mix(byte);
    }
    for (const std::uint8_t byte : fields.versions.Bytes())
    {
        mix(byte);
    }
    for (const char byte : fields.meta)
    {
        mix(static_cast<std::uint8_t>(byte));
    }
    return hash;
}

std::size_t Directory::Hash::operator()(IdentityId id) const
{
    return (*this)(directory->FieldsOf(id));
}

bool Directory::Equal::operator()(IdentityId a, IdentityId b) const
{
    return a == b;
}

bool Directory::Equal::operator()(const Fields& a, IdentityId b) const
{
    return SameFields(a, directory->FieldsOf(b));
}

bool Directory::Equal::operator()(IdentityId a, const Fields& b) const
{
    return SameFields(directory->FieldsOf(a), b);
}

} // namespace swim
