// SPDX-License-Identifier: GPL-2.0-only
//
// Questions to a member's process, asked from where it is, by somebody who does not wait for ever.
//
// A process that is stopped takes connections and says nothing. So every question has a limit, after
// which it counts as not answered.
#pragma once

#include "lab/live/pattern.h"
#include "lab/live/process.h"

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace swimlab
{

/// Why a question failed that nobody answered.
inline constexpr const char* NO_ANSWER_IN_TIME = "no answer in time";

/// One question with all places filled in.
struct FilledQuestion
{
    std::vector<std::string> command; ///< a program whose output is the answer; empty: by TCP
    std::string host;                 ///< numeric
    std::uint16_t port = 0;
    std::string request;
    std::optional<Pattern> end; ///< of an answer; none: the end of the connection
    std::chrono::nanoseconds within{};
    bool isForConnection = false; ///< to be taken is the answer; nothing is sent
    bool isHttp = false;          ///< the answer comes without its head
};

/// @param target "HOST:PORT" @return nothing where it is none
std::optional<std::pair<std::string, std::uint16_t>> SplitHostPort(const std::string& target);

/// @param url "http://HOST:PORT/PATH" @return nothing where it is none
std::optional<FilledQuestion> HttpQuestion(const std::string& url);

/// Asks one question at a time. Its connection is kept where answers have an end of their own.
class Questioner
{
  public:
    /// Called from the loop. @param failure empty: the answer is whole
    using OnAnswer = std::function<void(const std::string& answer, const std::string& failure)>;

    /// @param enterNetwork puts a thread into the member's network; may be empty
    /// @param enterAll puts a forked child where the member's process is
    Questioner(asio::io_context& loop,
               std::function<bool()> enterNetwork,
               std::function<bool()> enterAll);
    ~Questioner();

    Questioner(const Questioner&) = delete;
    Questioner& operator=(const Questioner&) = delete;

    bool IsAsking() const;

    /// Where none is being asked.
    void Ask(FilledQuestion question, OnAnswer onAnswer);

  private:
    class State;

    std::shared_ptr<State> m_state; ///< outlives us in calls that are under way
};

} // namespace swimlab
