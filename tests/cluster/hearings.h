// SPDX-License-Identifier: MIT
//
// What must hold of broadcasts that everybody passes on: a process is told each one at most once,
// none of its own member's, and nothing that nobody sent.
#pragma once

#include "violation.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace swim
{

class HearingInvariants
{
  public:
    explicit HearingInvariants(std::uint32_t members);

    /// @return the member's application
    Application* Of(Member member)
    {
        return &m_hearers[member];
    }

    /// @return a payload of so many bytes, or a few, that nobody sent before
    wire::Bytes MakePayload(Member sender, std::size_t size);

    /// @throw Violation
    void Check(const Step& step);

  private:
    /// Remembers what it is told until it is checked.
    class Hearer : public Application
    {
      public:
        struct Told
        {
            std::string from;
            wire::Bytes payload;
        };

        void OnBroadcast(std::string_view from, std::string_view, wire::ByteView payload) override
        {
            told.push_back({std::string(from), {payload.begin(), payload.end()}});
        }

        std::vector<Told> told;
        std::uint32_t life = 0;
        std::set<wire::Bytes> heard; ///< in this life
    };

    std::vector<Hearer> m_hearers;
    std::map<wire::Bytes, Member> m_sent; ///< all payloads, by whom
};

} // namespace swim
