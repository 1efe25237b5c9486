// SPDX-License-Identifier: MIT
//
// See control-path.h.
#include "agent/program/control-path.h"

#include "agent/program/settings.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
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

/// @return the name as a file may be called
std::string FileName(const std::string& name)
{
    std::string file;
    for (const char character : name)
    {
        const bool plain = std::isalnum(static_cast<unsigned char>(character)) != 0 ||
                           character == '-' || character == '_' ||
                           (character == '.' && !file.empty());
        file += plain ? character : '_';
    }
    return file + SUFFIX;
}

} // namespace

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
    return folder / FileName(name);
}

std::string FindControlPath(const std::optional<std::string>& name)
{
    const fs::path folder = Folder();
    if (name)
    {
        return folder / FileName(*name);
    }
    std::vector<std::string> found;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error))
    {
        if (entry.path().extension() == SUFFIX)
        {
            found.push_back(entry.path().stem());
        }
    }
    if (found.empty())
    {
        throw UserError("no agent of this user runs; start one with swim-agent run, or say where "
                        "its socket is with --control PATH");
    }
    std::ranges::sort(found);
    if (found.size() > 1)
    {
        std::string names;
        for (const std::string& each : found)
        {
            names += " " + each;
        }
        throw UserError("several agents run; say which with --name:" + names);
    }
    return folder / (found.front() + SUFFIX);
}

} // namespace swim::program
