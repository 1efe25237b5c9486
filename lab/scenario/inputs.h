// SPDX-License-Identifier: GPL-2.0-only
//
// Every file that a scenario is made of: its text, and the maps that the text names.
//
// Each is read once, however often a sweep's points need it, and can be written to a folder as it was
// read. So all runs of a campaign read what its plan was made of, though the user goes on editing.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

namespace swimlab
{

struct Input
{
    std::filesystem::path path; ///< where it was read
    std::string copyName;       ///< its place in a folder of copies
    std::shared_ptr<const std::string> bytes;
    std::string sha256;
};

/// What is wrong with a file: `there is no file ...`.
class InputError : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

class Inputs
{
  public:
    /// Files beyond this are no inputs but somebody's mistake in typing a path.
    static constexpr std::size_t MOST_BYTES = std::size_t{64} << 20;

    /// @param scenario in the words of who asked, for messages; other files are beside it, or else in
    ///     the working directory
    explicit Inputs(std::filesystem::path scenario);

    /// The scenario's text is in another file, which may be a pipe.
    Inputs(std::filesystem::path scenario, std::filesystem::path text);

    /// All files are copies, as WriteCopies made them; no other file is looked for.
    static std::shared_ptr<Inputs> OfCopies(std::filesystem::path scenario,
                                            const std::filesystem::path& folder);

    const std::filesystem::path& Scenario() const
    {
        return m_scenario;
    }

    /// The scenario's own text. @throws ScenarioError
    const Input& Text();

    /// The file of which the scenario says `written`. @throws InputError
    const Input& File(const std::string& written);

    /// What was read so far, into a folder that exists. @throws InputError
    void WriteCopies(const std::filesystem::path& folder) const;

    /// What was read so far, by the names of its copies.
    std::map<std::string, const Input*> All() const;

  private:
    Inputs() = default;

    std::filesystem::path Find(const std::string& written) const;

    std::filesystem::path m_scenario;
    std::filesystem::path m_text;
    bool m_copies = false;
    std::map<std::string, Input> m_files; ///< by what the scenario says; "" is its own text
};

} // namespace swimlab
