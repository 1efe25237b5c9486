// SPDX-License-Identifier: MIT
//
// See directory.h.
#include "directory.h"

namespace swim
{

namespace
{

bool SameFields(const auto& a, const auto& b)
{
    return a.name == b.name && a.address == b.address && a.versions == b.versions &&
           a.meta == b.meta;
}

} // namespace

NameId Directory::InternName(std::string_view name)
{
    const auto found = m_nameIds.find(name);
    if (found != m_nameIds.end())
    {
        return found->second;
    }
    if (m_names.size() == m_capacity)
    {
        return NONE;
    }
    const auto id = static_cast<NameId>(m_names.size());
    m_names.emplace_back(name);
    m_nameIds.emplace(m_names.back(), id);
    return id;
}

NameId Directory::FindName(std::string_view name) const
{
    const auto found = m_nameIds.find(name);
    return found == m_nameIds.end() ? NONE : found->second;
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
    const auto id = static_cast<IdentityId>(m_identities.size());
    m_identities.push_back(Identity{name, address, versions, std::string(meta)});
    m_identityIds.insert(id);
    return id;
}

Directory::Fields Directory::FieldsOf(IdentityId id) const
{
    const Identity& identity = m_identities[id];
    return Fields{identity.name, identity.address, identity.meta, identity.versions};
}

std::size_t Directory::Hash::operator()(const Fields& fields) const
{
    std::uint64_t hash = 0xcbf29ce484222325; // FNV-1a
    const auto mix = [&hash](std::uint64_t value) { hash = (hash ^ value) * 0x100000001b3; };
    mix(fields.name);
    mix(fields.address.port);
    for (const std::uint8_t byte : fields.address.Bytes())
    {
        mix(byte);
    }
    for (const std::uint8_t byte : fields.versions)
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
