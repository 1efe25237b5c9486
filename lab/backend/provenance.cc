// SPDX-License-Identifier: GPL-2.0-only
//
// See provenance.h.
#include "lab/backend/provenance.h"

#include "lab/backend/version.h"
#include "lab/scenario/sha256.h"

#include <boost/version.hpp>
#include <filesystem>
#include <fstream>
#include <gnu/libc-version.h>
#include <link.h>
#include <map>
#include <openssl/crypto.h>

namespace swimlab
{

namespace
{

std::string BoostVersion()
{
    return std::to_string(BOOST_VERSION / 100000) + "." +
           std::to_string(BOOST_VERSION / 100 % 1000) + "." + std::to_string(BOOST_VERSION % 100);
}

std::string JsonVersion()
{
    return std::to_string(NLOHMANN_JSON_VERSION_MAJOR) + "." +
           std::to_string(NLOHMANN_JSON_VERSION_MINOR) + "." +
           std::to_string(NLOHMANN_JSON_VERSION_PATCH);
}

/// sha256 of every library that the process has loaded, by its file's name.
std::map<std::string, std::string> SumsOfLibraries()
{
    std::map<std::string, std::string> sums;
    const auto add = [](dl_phdr_info* info, std::size_t, void* into) {
        const std::filesystem::path path = info->dlpi_name == nullptr ? "" : info->dlpi_name;
        if (const auto sum = path.empty() ? std::nullopt : Sha256OfFile(path))
        {
            static_cast<std::map<std::string, std::string>*>(into)->emplace(
                path.filename().string(),
                *sum);
        }
        return 0;
    };
    dl_iterate_phdr(add, &sums);
    return sums;
}

} // namespace

nlohmann::ordered_json VersionsJson()
{
    return {
        {"swimlab", VERSION.swimlab},
        {"commit", VERSION.commit},
        {"compiler", VERSION.compiler},
        {"flags", VERSION.flags},
        {"boost", BoostVersion()},
        {"nlohmann_json", JsonVersion()},
        {"tomlplusplus", VERSION.tomlplusplus},
        {"openssl", OpenSSL_version(OPENSSL_VERSION_STRING)},
        {"libstdcxx", std::to_string(_GLIBCXX_RELEASE) + " (" + std::to_string(__GLIBCXX__) + ")"},
        {"glibc", gnu_get_libc_version()}};
}

nlohmann::ordered_json LibrariesJson()
{
    // They are those that the process began with, however many runs it performs.
    static const nlohmann::ordered_json libraries = SumsOfLibraries();
    return libraries;
}

std::string DistributionName()
{
    std::ifstream file("/etc/os-release");
    for (std::string line; std::getline(file, line);)
    {
        constexpr std::string_view KEY = "PRETTY_NAME=";
        if (line.starts_with(KEY))
        {
            std::string name = line.substr(KEY.size());
            std::erase(name, '"');
            return name;
        }
    }
    return "unknown";
}

} // namespace swimlab
