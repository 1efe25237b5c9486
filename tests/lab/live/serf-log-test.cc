// SPDX-License-Identifier: GPL-2.0-only
//
// Lines that Serf 0.9.4 agents wrote, and what the lab makes of them.
#include "lab/live/serf-log.h"

#include <chrono>
#include <gtest/gtest.h>
#include <vector>

namespace swimlab
{

namespace
{

using namespace std::chrono_literals;

constexpr std::int64_t SECOND_NS = 1'000'000'000;

/// What m1 concludes from lines that come a second apart: "dead m3 m1", one string a conclusion.
std::vector<std::string> Read(const std::vector<std::string>& lines, swim::Duration suspicion = 24s)
{
    SerfLog log("m1", suspicion);
    std::vector<std::string> found;
    std::int64_t atNs = 0;
    for (const std::string& line : lines)
    {
        atNs += SECOND_NS;
        if (const auto finding = log.Read("    2026/11/24 00:10:47 " + line, atNs))
        {
            std::string text(swim::EventKindName(finding->kind));
            for (const std::string& word : {finding->subject, finding->source})
            {
                text += word.empty() ? "" : " " + word;
            }
            found.push_back(finding->rejection
                                ? text + ": " +
                                      std::string(swim::RejectionName(*finding->rejection))
                                : text);
        }
    }
    return found;
}

const std::string M3_JOINS = "[INFO] serf: EventMemberJoin: m3 127.78.0.3";
const std::string NO_ACKS = "[INFO] memberlist: Suspect m3 has failed, no acks received";

using Conclusions = std::vector<std::string>;

} // namespace

TEST(SerfLogTest, TellsWhatBecomesOfAMember)
{
    EXPECT_EQ(Read({"[INFO] agent: Serf agent starting",
                    "[INFO] serf: EventMemberJoin: m1 127.78.0.1",
                    "[INFO] agent: Received event: member-join",
                    M3_JOINS,
                    "[INFO] serf: EventMemberUpdate: m3",
                    NO_ACKS,
                    "[INFO] memberlist: Marking m3 as failed, suspect timeout reached (2 peer "
                    "confirmations)",
                    "[INFO] serf: EventMemberFailed: m3 127.78.0.3",
                    M3_JOINS,
                    "[INFO] serf: EventMemberLeave: m3 127.78.0.3"}),
              (Conclusions{"joined m3",
                           "updated m3",
                           "suspect m3 m1",
                           "dead m3 m1",
                           "joined m3",
                           "left m3 m3"}));
}

TEST(SerfLogTest, ADeathWithoutAVerdictOfItsOwnIsSomebodysWord)
{
    EXPECT_EQ(Read({M3_JOINS, "[INFO] serf: EventMemberFailed: m3 127.78.0.3"}),
              (Conclusions{"joined m3", "dead m3"}));
}

TEST(SerfLogTest, ProbingASuspectFurtherIsNoOtherSuspicion)
{
    EXPECT_EQ(Read({M3_JOINS, NO_ACKS, NO_ACKS, NO_ACKS}),
              (Conclusions{"joined m3", "suspect m3 m1"}));
    EXPECT_EQ(Read({M3_JOINS, NO_ACKS, "[INFO] serf: EventMemberFailed: m3 127.78.0.3", NO_ACKS}),
              (Conclusions{"joined m3", "suspect m3 m1", "dead m3"}));
}

TEST(SerfLogTest, ASuspectThatDidNotDieInTimeIsSuspectedAnew)
{
    EXPECT_EQ(Read({M3_JOINS, NO_ACKS, NO_ACKS, NO_ACKS}, 1500ms),
              (Conclusions{"joined m3", "suspect m3 m1", "suspect m3 m1"}));
}

TEST(SerfLogTest, AMemberThatIsGoneIsGoneOnce)
{
    EXPECT_EQ(Read({M3_JOINS,
                    "[INFO] serf: EventMemberFailed: m3 127.78.0.3",
                    "[INFO] serf: EventMemberLeave: m3 127.78.0.3",
                    "[INFO] serf: EventMemberReap: m3"}),
              (Conclusions{"joined m3", "dead m3"}));
}

TEST(SerfLogTest, ItsOwnRefutationsNameTheAccuser)
{
    EXPECT_EQ(Read({"[WARN] memberlist: Refuting a suspect message (from: m2)",
                    "[WARN] memberlist: Refuting a dead message (from: m3)",
                    "[WARN] memberlist: Refuting an alive message for 'm1' (127.78.0.1:7946) "
                    "meta:([] VS []), vsn:([] VS [])"}),
              (Conclusions{"refuted m1 m2", "refuted m1 m3", "refuted m1"}));
}

TEST(SerfLogTest, TellsConflictsAndRejections)
{
    EXPECT_EQ(Read({"[ERR] memberlist: Conflicting address for m3. Mine: 127.0.0.3:7946 Theirs: "
                    "127.0.0.4:7946 Old state: 0",
                    "[ERR] memberlist: msg type (244) not supported from=127.0.0.1:1234"}),
              (Conclusions{"conflict m3", "rejected: message type not supported"}));
}

TEST(SerfLogTest, OtherLinesSayNothing)
{
    EXPECT_EQ(Read({"",
                    "[INFO]",
                    "[INFO] serf: EventMember",
                    "[INFO] serf: EventMemberJoin",
                    "[INFO] memberlist: Suspect ",
                    "[WARN] memberlist: Refuting a suspect)",
                    "[ERR] memberlist: Failed fallback ping: read tcp: i/o timeout"}),
              Conclusions{});
}

TEST(SerfLogTest, TheAgentsOwnVoiceTellsOfItsStart)
{
    EXPECT_TRUE(SerfLog::SaysItListens("==> Serf agent running!"));
    EXPECT_FALSE(SerfLog::Trouble("==> Serf agent running!"));
    EXPECT_FALSE(SerfLog::Trouble("==> Gracefully shutting down agent..."));
    EXPECT_EQ(SerfLog::Trouble("==> Failed to start the Serf agent: address already in use"),
              "Failed to start the Serf agent: address already in use");
}

} // namespace swimlab
