// SPDX-License-Identifier: MIT
//
// See control-path.h.
#include "agent/program/control-path.h"

#include "agent/program/json.h"
#include "agent/program/settings.h"

#include <algorithm>
#include <asio/io_context.hpp>
#include <asio/local/stream_protocol.hpp>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace swim::program
{

namespace
{

namespace fs = std::filesystem;

constexpr const char* SUFFIX = ".sock";

/// Escaped names of more bytes are hashed.
constexpr std::size_t LONGEST_NAME = 64;

/// Of SHA-256: nobody finds two names with the same ones.
constexpr std::size_t HASH_BYTES = 20;

fs::path Folder()
{
    const char* runtime = std::getenv("XDG_RUNTIME_DIR");
    if (runtime != nullptr && *runtime == '/')
    {
        return fs::path(runtime) / "swim-agent";
    }
    return getuid() == 0 ? fs::path("/run/swim-agent")
                         : fs::path("/tmp/swim-agent-" + std::to_string(getuid()));
}

/// In /tmp somebody else could have made it first, to get our commands.
void CheckIsOurs(const fs::path& folder)
{
    struct stat status = {};
    if (lstat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode) ||
        status.st_uid != getuid() || (status.st_mode & 077) != 0)
    {
        throw UserError(folder.string() +
                        ": must be a folder that only its owner, this user, may enter; remove it, "
                        "or give --control PATH");
    }
}

/// A file of the folder that is another's would get our commands.
fs::path FolderThatIsOurs()
{
    const fs::path folder = Folder();
    std::error_code error;
    if (fs::exists(fs::symlink_status(folder, error)))
    {
        CheckIsOurs(folder);
    }
    return folder;
}

bool IsPlain(char character)
{
    return (character >= '0' && character <= '9') || (character >= 'A' && character <= 'Z') ||
           (character >= 'a' && character <= 'z') || character == '-' || character == '_' ||
           character == '.';
}

/// Injective: what stands for another byte begins with %, which never stands for itself.
std::string Escaped(const std::string& name)
{
    std::string file;
    for (const char character : name)
    {
        if (IsPlain(character) && (character != '.' || !file.empty()))
        {
            file += character;
            continue;
        }
        char escape[4];
        std::snprintf(escape, sizeof escape, "%%%02X", static_cast<unsigned char>(character));
        file += escape;
    }
    return file;
}

/// @return the name whose file this is, or nothing for a hash and for a file of somebody else
std::optional<std::string> NameOf(const std::string& file)
{
    std::string name;
    for (std::size_t i = 0; i < file.size(); ++i)
    {
        if (file[i] != '%')
        {
            name += file[i];
            continue;
        }
        const std::optional<std::string> byte = FromHex(file.substr(i + 1, 2));
        if (!byte || byte->size() != 1)
        {
            return std::nullopt;
        }
        name += *byte;
        i += 2;
    }
    return !name.empty() && Escaped(name) == file ? std::optional(name) : std::nullopt;
}

std::string Hash(const std::string& name)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    EVP_Digest(name.data(), name.size(), digest, nullptr, EVP_sha256(), nullptr);
    std::string text;
    for (std::size_t i = 0; i < HASH_BYTES; ++i)
    {
        char digits[3];
        std::snprintf(digits, sizeof digits, "%02x", digest[i]);
        text += digits;
    }
    return text;
}

bool SomebodyListens(const std::string& path)
{
    asio::io_context io;
    asio::local::stream_protocol::socket probe(io);
    asio::error_code error;
    const SocketAddress address(path);
    probe.connect(asio::local::stream_protocol::endpoint(address.Path()), error);
    return !error;
}

} // namespace

std::string ControlFileName(const std::string& name)
{
    const std::string file = Escaped(name);
    return (file.size() <= LONGEST_NAME ? file : "~" + Hash(name)) + SUFFIX;
}

std::string DefaultControlPath(const std::string& name)
{
    const fs::path folder = Folder();
    std::error_code error;
    if (fs::create_directory(folder, error))
    {
        fs::permissions(folder, fs::perms::owner_all, error);
    }
    if (error)
    {
        throw UserError(folder.string() + ": " + error.message() + "; give --control PATH");
    }
    CheckIsOurs(folder);
    return folder / ControlFileName(name);
}

std::string ControlPathOf(const std::string& name)
{
    return FolderThatIsOurs() / ControlFileName(name);
}

std::vector<RunningAgent> RunningAgents()
{
    std::vector<RunningAgent> found;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(FolderThatIsOurs(), error))
    {
        if (entry.path().extension() == SUFFIX && SomebodyListens(entry.path()))
        {
            found.push_back({entry.path(), NameOf(entry.path().stem())});
        }
    }
    std::ranges::sort(found, {}, &RunningAgent::path);
    return found;
}

SocketAddress::SocketAddress(const std::string& path)
    : m_path(path)
{
    if (path.size() < sizeof(sockaddr_un::sun_path))
    {
        return;
    }
    const fs::path whole(path);
    const fs::path folder = whole.has_parent_path() ? whole.parent_path() : fs::path(".");
    m_folder = open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (m_folder < 0)
    {
        throw UserError(path + ": " + std::strerror(errno));
    }
    m_path = "/proc/self/fd/" + std::to_string(m_folder) + "/" + whole.filename().string();
    if (m_path.size() >= sizeof(sockaddr_un::sun_path))
    {
        close(m_folder);
        throw UserError("--control " + path +
                        ": the name of the file is too long for a socket; the most is 64 bytes");
    }
}

SocketAddress::~SocketAddress()
{
    if (m_folder >= 0)
    {
        close(m_folder);
    }
}

} // namespace swim::program
