// SPDX-License-Identifier: GPL-2.0-only
//
// What a script gets wrong ends the program with a word that says what would be right.
#include "swim-test-cases.h"
#include "swim-test-lan.h"

#include "ns3/swim-helper.h"

#include <cstdlib>
#include <functional>
#include <sys/wait.h>
#include <unistd.h>

using namespace ns3;

namespace
{

/// Runs in a process of its own what is to end it. @return what it said to that; empty: it went
/// well
std::string LastWords(const std::function<void()>& action)
{
    int ends[2];
    if (pipe(ends) != 0)
    {
        return {};
    }
    const pid_t child = fork();
    if (child == 0)
    {
        dup2(ends[1], STDERR_FILENO);
        action();
        std::_Exit(0);
    }
    close(ends[1]);
    std::string words;
    char buffer[512];
    for (ssize_t size = 0; (size = read(ends[0], buffer, sizeof buffer)) > 0;)
    {
        words.append(buffer, size);
    }
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    const bool wentWell = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return wentWell ? "" : words;
}

class MistakesAreNamed : public TestCase
{
  public:
    MistakesAreNamed()
        : TestCase("What a script gets wrong is named, with what would be right")
    {
    }

  private:
    /// A sink that acts on the member it hears of.
    static void KillInSink(SwimApplication* member, uint32_t, std::string_view, uint32_t)
    {
        member->Kill();
    }

    static void LeaveInSink(SwimApplication* member,
                            uint32_t,
                            std::string_view,
                            std::string_view,
                            uint32_t,
                            std::string_view)
    {
        member->Leave();
    }

    void Expect(const std::string& words, const std::function<void()>& mistake)
    {
        const std::string said = LastWords(mistake);
        NS_TEST_EXPECT_MSG_EQ((said.find(words) != std::string::npos),
                              true,
                              "not \"" << words << "\", but: " << said);
    }

    void DoRun() override
    {
        Expect("Kill of m0 was called from a trace sink", []() {
            SwimTestLan lan(3);
            const ApplicationContainer members = SwimHelper().Install(lan.Nodes());
            members.Get(0)->TraceConnectWithoutContext(
                "Tx",
                MakeBoundCallback(&KillInSink, &lan.Member(members, 0)));
            lan.Run(5);
        });
        Expect("Leave of m1 was called from a trace sink", []() {
            SwimTestLan lan(3);
            SwimHelper swim;
            swim.SetJoin(Seconds(1));
            const ApplicationContainer members = swim.Install(lan.Nodes());
            members.Get(0)->TraceConnectWithoutContext(
                "Event",
                MakeBoundCallback(&LeaveInSink, &lan.Member(members, 1)));
            lan.Run(5);
        });
        Expect("of member m0 names member 7, but the cluster has 3", []() {
            SwimTestLan lan(3);
            SwimHelper swim;
            swim.SetJoin(Seconds(1), {0, 7});
            swim.Install(lan.Nodes());
            lan.Run(5);
        });
        Expect("ProbeTimeout = 2s: must be less than ProbeInterval (1s)", []() {
            SwimTestLan lan(2);
            SwimHelper swim;
            swim.SetAttribute("ProbeTimeout", TimeValue(Seconds(2)));
            swim.Install(lan.Nodes());
            lan.Run(5);
        });
        Expect(
            "there is no preset swim-fast; there are swim-basic, swim, memlist, memberlist-lan, "
            "memberlist-wan, memberlist-local, lifeguard-paper, recommended-lan, recommended-wan",
            []() { SwimHelper swim("swim-fast"); });
        Expect("metadata of m0 has 513 bytes; there is room for 512", []() {
            SwimTestLan lan(2);
            const ApplicationContainer members = SwimHelper().Install(lan.Nodes());
            lan.Run(1);
            lan.Member(members, 0).UpdateMeta(std::string(513, 'x'));
        });
        Expect("metadata of m0 has 512 bytes; datagrams of its UdpBufferSize have room for ", []() {
            SwimTestLan lan(2);
            SwimHelper swim;
            swim.SetAttribute("UdpBufferSize", UintegerValue(576));
            const ApplicationContainer members = swim.Install(lan.Nodes());
            lan.Run(1);
            lan.Member(members, 0).UpdateMeta(std::string(512, 'x'));
        });
        Expect("UDP port 7946 of m0's node is taken", []() {
            SwimTestLan lan(2);
            SwimHelper().Install(lan.Nodes());
            SwimHelper().Install(lan.Nodes());
            lan.Run(1);
        });
        Expect("member m2 is on IPv6, but the others are on IPv4", []() {
            SwimTestLan lan(2);
            SwimHelper swim;
            swim.Install(lan.FirstNetwork());
            swim.Install(lan.Ipv6Network());
        });
        Expect("node 0 has no IPv4 address", []() { SwimHelper().Install(NodeContainer(1)); });
    }
};

} // namespace

std::vector<TestCase*> MakeSwimErrorCases()
{
    return {new MistakesAreNamed};
}
