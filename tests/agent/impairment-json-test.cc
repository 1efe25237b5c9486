// SPDX-License-Identifier: MIT
//
// Impairments as JSON: what is written is read as it was, and mistakes are named.
#include "agent/impairment-json.h"
#include "swim/endpoint.h"

#include <gtest/gtest.h>

namespace swim
{

using namespace std::chrono_literals;

namespace
{

Address Host(const std::string& text)
{
    return *NumericAddress({text, 0});
}

std::string MistakeIn(const std::string& text)
{
    try
    {
        ImpairmentFromJson(nlohmann::ordered_json::parse(text));
        return "none";
    }
    catch (const ImpairmentError& error)
    {
        return error.what();
    }
}

} // namespace

TEST(ImpairmentJson, IsReadAsItWasWritten)
{
    Impairment impairment{.seed = UINT64_MAX,
                          .out = {.loss = 0.1,
                                  .datagramLoss = 0.2,
                                  .delay = 3ms,
                                  .jitter = 4ms,
                                  .duplication = 0.5,
                                  .reorder = 0.6,
                                  .reorderBy = 7ms},
                          .in = {.loss = 1},
                          .slow = 8ms,
                          .down = true,
                          .stalled = true};
    impairment.blocks.push_back({.peers = {Host("127.9.0.5"), Host("::1")}, .in = false});
    impairment.blocks.push_back({.everybody = true, .out = false, .streams = false});
    impairment.delays[Host("127.9.0.6")] = 150us;
    impairment.everyPeer.out.loss = 0.1;
    impairment.peers[Host("127.9.0.7")] = {.in = {.loss = 0.25}, .slow = 1ms, .down = true};
    EXPECT_EQ(ImpairmentFromJson(ToJson(impairment)), impairment);
    EXPECT_EQ(ImpairmentFromJson(ToJson({})), Impairment{});
    EXPECT_EQ(ImpairmentFromJson(nlohmann::ordered_json::object()), Impairment{});
}

TEST(ImpairmentJson, NamesMistakes)
{
    EXPECT_EQ(MistakeIn("[]"), "impairment: must be an object");
    EXPECT_EQ(MistakeIn(R"({"los": 1})"), "impairment.los: there is no such key");
    EXPECT_EQ(MistakeIn(R"({"out": {"loss": 2}})"),
              "impairment.out.loss: must be a number from 0 to 1");
    EXPECT_EQ(MistakeIn(R"({"in": {"delay_ns": -1}})"),
              "impairment.in.delay_ns: must be a number of nanoseconds from 0 to an hour");
    EXPECT_EQ(MistakeIn(R"({"blocks": [{"peers": "some"}]})"),
              "impairment.blocks.peers: must be \"all\" or a list of addresses");
    EXPECT_EQ(MistakeIn(R"({"blocks": [{"direction": "up"}]})"),
              "impairment.blocks.direction: there is no such word");
    EXPECT_EQ(MistakeIn(R"({"blocks": [{"peer": "all"}]})"),
              "impairment.blocks.peer: there is no such key");
    EXPECT_EQ(MistakeIn(R"({"delays": {"here": 1}})"),
              "impairment.delays: 'here' is no IP address");
    EXPECT_EQ(MistakeIn(R"({"seed": "x"})"), "impairment.seed: must be a whole number");
}

TEST(ImpairmentJson, IsWrittenWithoutWhatIsNotImpaired)
{
    EXPECT_EQ(ToJson({}).dump(), R"({"seed":0})");
    Impairment impairment{.in = {.jitter = 4ms}};
    impairment.blocks.push_back({.everybody = true});
    EXPECT_EQ(ToJson(impairment).dump(),
              R"({"in":{"jitter_ns":4000000},"seed":0,)"
              R"("blocks":[{"peers":"all","direction":"both","carries":"all"}]})");
}

} // namespace swim
