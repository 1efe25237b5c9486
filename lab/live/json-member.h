// SPDX-License-Identifier: GPL-2.0-only
//
// A member whose program speaks JSON lines: events on standard output, commands on standard input.
#pragma once

#include "lab/live/live-member.h"

#include <asio/steady_timer.hpp>
#include <cstdint>
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
    explicit JsonMember(MemberSetup setup);

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

    /// What came of a join; of the one with which the process started, another try may follow.
    void OnJoined(bool anybody);

    std::vector<swim::Address> m_seeds; ///< of the start; empty once somebody answered
    std::uint32_t m_retriesLeft = 0;
    asio::steady_timer m_joinAgain;
};

} // namespace swimlab
