// SPDX-License-Identifier: GPL-2.0-only
//
// See inputs.h.
#include "lab/scenario/inputs.h"

#include "lab/scenario/scenario-error.h"
#include "lab/scenario/sha256.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

namespace swimlab
{

namespace
{

constexpr std::string_view TEXT_NAME = "scenario.toml";
constexpr std::size_t MOST_TEXT_BYTES = 4 << 20;

/// The bytes of a file or a pipe. @throws InputError
std::string ReadBytes(const std::filesystem::path& path, std::size_t most)
{
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored))
    {
        throw InputError("is a folder; a file was expected");
    }
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    if (!in)
    {
        throw InputError("cannot be read: " + std::string(std::strerror(errno)));
    }
    std::string bytes;
    char block[1 << 16];
    while (in.read(block, sizeof block) || in.gcount() > 0)
    {
        bytes.append(block, static_cast<std::size_t>(in.gcount()));
        if (bytes.size() > most)
        {
            throw InputError("is larger than " + std::to_string(most >> 20) + " MiB");
        }
    }
    if (in.bad())
    {
        throw InputError("cannot be read: " + std::string(std::strerror(errno)));
    }
    return bytes;
}

/// Where the copy of a file lies: in the same place below the folder, unless that is not below it.
std::string CopyName(const std::string& written)
{
    const std::filesystem::path path(written);
    const bool leavesTheFolder =
        path.is_absolute() || std::any_of(path.begin(), path.end(), [](const auto& step) {
            return step == ".." || step == "." || step.empty();
        });
    if (!leavesTheFolder && written != TEXT_NAME)
    {
        return written;
    }
    return "files/" + Sha256OfBytes(written).substr(0, 16) + path.extension().string();
}

Input Read(const std::filesystem::path& path, std::string copyName, std::size_t most)
{
    std::string bytes = ReadBytes(path, most);
    std::string sum = Sha256OfBytes(bytes);
    return {path,
            std::move(copyName),
            std::make_shared<const std::string>(std::move(bytes)),
            std::move(sum)};
}

} // namespace

Inputs::Inputs(std::filesystem::path scenario)
    : Inputs(scenario, scenario)
{
}

Inputs::Inputs(std::filesystem::path scenario, std::filesystem::path text)
    : m_scenario(std::move(scenario)),
      m_text(std::move(text))
{
}

std::shared_ptr<Inputs> Inputs::OfCopies(std::filesystem::path scenario,
                                         const std::filesystem::path& folder)
{
    const std::shared_ptr<Inputs> inputs(new Inputs);
    inputs->m_scenario = std::move(scenario);
    inputs->m_text = folder / TEXT_NAME;
    inputs->m_copies = true;
    return inputs;
}

const Input& Inputs::Text()
{
    const auto found = m_files.find("");
    if (found != m_files.end())
    {
        return found->second;
    }
    const SourcePlace place{m_scenario.string(), 0, ""};
    std::error_code ignored;
    if (!std::filesystem::exists(m_text, ignored))
    {
        throw ScenarioError(place, "", "there is no such file");
    }
    try
    {
        Input text = Read(m_text, std::string(TEXT_NAME), MOST_TEXT_BYTES);
        return m_files.emplace("", std::move(text)).first->second;
    }
    catch (const InputError& error)
    {
        throw ScenarioError(place,
                            "",
                            std::string(error.what()) + "; a scenario is a few lines of TOML");
    }
}

const Input& Inputs::File(const std::string& written)
{
    const auto found = m_files.find(written);
    if (found != m_files.end())
    {
        return found->second;
    }
    const std::filesystem::path path = Find(written);
    try
    {
        return m_files.emplace(written, Read(path, CopyName(written), MOST_BYTES)).first->second;
    }
    catch (const InputError& error)
    {
        throw InputError(path.string() + " " + error.what());
    }
}

/// Beside the scenario first, so that the two can be moved together; there also as a copy, so that a
/// campaign's inputs are a scenario again.
std::filesystem::path Inputs::Find(const std::string& written) const
{
    std::error_code ignored;
    const auto exists = [&ignored](const std::filesystem::path& path) {
        return std::filesystem::exists(path, ignored);
    };
    if (m_copies)
    {
        return m_text.parent_path() / CopyName(written);
    }
    const std::filesystem::path folder = m_scenario.parent_path();
    const std::filesystem::path beside = folder / written;
    for (const auto& path : {beside, folder / CopyName(written), std::filesystem::path(written)})
    {
        if (exists(path))
        {
            return path;
        }
    }
    throw InputError(
        "there is no file " + beside.string() + (beside == written ? "" : ", nor " + written) +
        "; the path counts from the scenario's folder, then from the working directory");
}

void Inputs::WriteCopies(const std::filesystem::path& folder) const
{
    for (const auto& [name, input] : All())
    {
        const std::filesystem::path path = folder / name;
        std::error_code ignored;
        std::filesystem::create_directories(path.parent_path(), ignored);
        errno = 0;
        std::ofstream out(path, std::ios::binary);
        out.write(input->bytes->data(), static_cast<std::streamsize>(input->bytes->size()));
        out.close();
        if (!out)
        {
            throw InputError(path.string() + ": cannot be written: " + std::strerror(errno));
        }
    }
}

std::map<std::string, const Input*> Inputs::All() const
{
    std::map<std::string, const Input*> all;
    for (const auto& [written, input] : m_files)
    {
        all.emplace(input.copyName, &input);
    }
    return all;
}

} // namespace swimlab
