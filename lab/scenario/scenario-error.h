// SPDX-License-Identifier: GPL-2.0-only
//
// What a user is told about a mistake in a scenario: where it is, what is wrong, what would be
// right.
//
// One exception type for all of it, because all of it has one consequence: nothing is started, the
// text is printed, and the program ends with exit code 2.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace swimlab
{

/// A place that a message can point at: a line of a file, or an override on the command line.
struct SourcePlace
{
    std::string file;         ///< as the user wrote it; empty for an override
    unsigned line = 0;        ///< from 1; 0: the file as a whole
    std::string overrideText; ///< `key=value` of a `--set`; empty for a place in a file

    /// `quickstart.toml:12`, `quickstart.toml` or `--set runs=0`.
    std::string Text() const
    {
        if (!overrideText.empty())
        {
            return "--set " + overrideText;
        }
        return line == 0 ? file : file + ":" + std::to_string(line);
    }
};

class ScenarioError : public std::runtime_error
{
  public:
    /// @param key the full key (`network.loss`); empty where no key is to blame
    /// @param message what is wrong; what would be right
    ScenarioError(SourcePlace place, std::string key, const std::string& message)
        : std::runtime_error(Text(place, key, message)),
          m_place(std::move(place)),
          m_key(std::move(key))
    {
    }

    const SourcePlace& Place() const
    {
        return m_place;
    }

    const std::string& Key() const
    {
        return m_key;
    }

  private:
    /// `FILE:LINE: KEY: message`; an override names its key already: `--set KEY=VALUE: message`.
    static std::string Text(const SourcePlace& place,
                            const std::string& key,
                            const std::string& message)
    {
        const bool keyIsNamed = key.empty() || place.overrideText.starts_with(key + "=");
        return place.Text() + ": " + (keyIsNamed ? "" : key + ": ") + message;
    }

    SourcePlace m_place;
    std::string m_key;
};

} // namespace swimlab
