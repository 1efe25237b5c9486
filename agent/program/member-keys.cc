// SPDX-License-Identifier: MIT
//
// See member-keys.h.
#include "agent/program/member-keys.h"

#include "agent/program/json.h"
#include "agent/program/settings.h"

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace swim::program
{

namespace
{

constexpr const char* RIGHT_KEYS = "keys are 16, 24 or 32 bytes in base64, see swim-agent keygen";

std::string ReadPrivateFile(const std::string& file)
{
    std::ifstream stream(file);
    struct stat status = {};
    if (!stream || stat(file.c_str(), &status) != 0)
    {
        throw UserError("key file " + file + ": " + std::strerror(errno));
    }
    if ((status.st_mode & (S_IROTH | S_IWOTH)) != 0)
    {
        throw UserError("key file " + file + ": others may read or write it; chmod 600 " + file);
    }
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

bool IsSerfs(const std::string& text)
{
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first != std::string::npos && text[first] == '[';
}

std::vector<std::string> KeyTexts(const std::string& file, const std::string& text)
{
    if (IsSerfs(text))
    {
        try
        {
            return Json::parse(text).get<std::vector<std::string>>();
        }
        catch (const Json::exception&)
        {
            throw UserError("key file " + file +
                            ": begins as a JSON list, but is no list of texts");
        }
    }
    std::vector<std::string> keys;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
    {
        line.erase(line.find_last_not_of(" \t\r") + 1);
        if (!line.empty() && line.front() != '#')
        {
            keys.push_back(line);
        }
    }
    return keys;
}

Keyring ReadKeyring(const std::string& file)
{
    std::optional<Keyring> ring;
    std::size_t number = 0;
    for (const std::string& text : KeyTexts(file, ReadPrivateFile(file)))
    {
        ++number;
        const std::optional<SecretKey> key = KeyFromText(text);
        if (!key)
        {
            throw UserError("key file " + file + ": key " + std::to_string(number) + " is none; " +
                            RIGHT_KEYS);
        }
        if (ring)
        {
            ring->Add(*key);
        }
        else
        {
            ring.emplace(*key);
        }
    }
    if (!ring)
    {
        throw UserError("key file " + file + ": has no key; " + RIGHT_KEYS);
    }
    return *ring;
}

/// Replaces the file in one step, so that no crash leaves half of it.
/// @return what went wrong, or nothing
std::optional<std::string> WriteKeys(const std::string& file, std::span<const SecretKey> keys)
{
    const std::string old = ReadPrivateFile(file);
    std::string text;
    if (IsSerfs(old))
    {
        Json list = Json::array();
        for (const SecretKey& key : keys)
        {
            list.push_back(KeyToText(key));
        }
        text = list.dump(2) + "\n";
    }
    for (const SecretKey& key : keys)
    {
        text += IsSerfs(old) ? "" : KeyToText(key) + "\n";
    }
    struct stat status = {};
    std::string next = file + ".XXXXXX";
    const int descriptor = mkstemp(next.data());
    const bool written =
        descriptor >= 0 && stat(file.c_str(), &status) == 0 &&
        fchmod(descriptor, status.st_mode & 0777) == 0 &&
        write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        fsync(descriptor) == 0 && std::rename(next.c_str(), file.c_str()) == 0;
    const int error = errno;
    if (descriptor >= 0)
    {
        close(descriptor);
    }
    if (written)
    {
        return std::nullopt;
    }
    unlink(next.c_str());
    return std::string(std::strerror(error));
}

} // namespace

MemberKeys::MemberKeys(std::string file)
    : m_file(std::move(file)),
      m_ring(std::make_shared<Keyring>(ReadKeyring(m_file)))
{
}

std::vector<SecretKey> MemberKeys::List() const
{
    return m_ring->Keys();
}

template <typename Change>
std::optional<std::string> MemberKeys::Apply(Change change)
{
    try
    {
        change(*m_ring);
        const std::optional<std::string> failure = WriteKeys(m_file, m_ring->Keys());
        return failure ? std::optional("it is so until the agent ends; key file " + m_file +
                                       " could not be written: " + *failure)
                       : std::nullopt;
    }
    catch (const KeyError& error)
    {
        return error.what();
    }
    catch (const UserError& error)
    {
        return std::string("it is so until the agent ends; ") + error.what();
    }
}

std::optional<std::string> MemberKeys::Install(const SecretKey& key)
{
    return Apply([&](Keyring& ring) { ring.Add(key); });
}

std::optional<std::string> MemberKeys::Use(const SecretKey& key)
{
    return Apply([&](Keyring& ring) { ring.Use(key); });
}

std::optional<std::string> MemberKeys::Remove(const SecretKey& key)
{
    return Apply([&](Keyring& ring) { ring.Remove(key); });
}

Keyring MemberKeys::Read() const
{
    return ReadKeyring(m_file);
}

void MemberKeys::Replace(const Keyring& ring)
{
    *m_ring = ring;
}

} // namespace swim::program
