// SPDX-License-Identifier: GPL-2.0-only
//
// A member whose program speaks JSON lines: events on standard output, commands on standard input.
#pragma once

#include "lab/live/live-member.h"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace swimlab
{

/// A member whose lines and commands are those of swim-agent.
class JsonMember : public LiveMember
{
  public:
    using LiveMember::LiveMember;

    /// Closes its standard input.
    void Finish() override;

    void Join(const std::vector<swim::Address>& seeds) override;
    void UpdateMeta(const std::string& meta) override;
    void Impair(const swim::Impairment& impairment) override;

  protected:
    /// Impairs it, before it sends its first packet, and lets it join the seeds.
    void Greet(const Launch& launch) override;

    void OnLine(std::string_view line) override;

  private:
    /// Of our commands; their answers come back with the same number.
    enum class Request
    {
        JOIN,
        UPDATE,
        IMPAIR,
    };

    void Ask(Request request, std::string_view command, const nlohmann::ordered_json& arguments);
    void OnEvent(const nlohmann::json& line);
    void OnConclusion(swim::EventKind kind, const nlohmann::json& line);
    void OnAnswer(const nlohmann::json& line);
};

} // namespace swimlab
