// SPDX-License-Identifier: GPL-2.0-only
//
// A member of the cluster as a real process, whatever program it is.
//
// A kind of member says how its program is started, what its lines mean, and what it cannot do; all
// else (signals, pipes, its end) is the same for all. A restarted member is the same LiveMember
// with another process.
#pragma once

#include "agent/impairment.h"
#include "lab/live/identities.h"
#include "lab/live/process.h"
#include "lab/plan/plan.h"
#include "lab/record/recorder.h"
#include "lab/record/run.h"

#include <asio/io_context.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace swimlab
{

class LiveMember;

/// Whom members tell what they did. Times are CLOCK_MONOTONIC's nanoseconds.
class MemberListener
{
  public:
    virtual ~MemberListener() = default;

    /// Its process listens, and others may contact it.
    virtual void OnStarted(MemberId member) = 0;

    virtual void OnConclusion(const Conclusion& conclusion) = 0;

    /// @param sums since the process started
    virtual void OnTraffic(MemberId member, std::int64_t atNs, const TrafficTable& sums) = 0;

    /// @param counts since the process started; names are those of run.json
    virtual void OnCounts(MemberId member, std::int64_t atNs, const Counts& counts) = 0;

    /// The member's own incarnation as it is now.
    virtual void OnIncarnation(MemberId member, std::uint32_t incarnation) = 0;

    /// Its process is gone. @param how "exit code 1", and its last words
    virtual void OnEnded(MemberId member, const std::string& how) = 0;

    /// It said what cannot be, or did not do as it was told: the run is worth nothing.
    virtual void OnTrouble(MemberId member, const std::string& what) = 0;
};

/// What a member is for as long as the run lasts.
struct MemberSetup
{
    asio::io_context& loop;
    MemberListener& listener;
    const Plan& plan;
    MemberId member;
    std::string name;
    const swim::Config& protocol;
    std::filesystem::path scratch; ///< a folder for its files, which is removed with the run
    std::filesystem::path trace{}; ///< where its processes trace, if they can; empty: nowhere
    bool amongSerf = false;        ///< whether any member of the run is one of Serf's
    Identities& identities;        ///< who is meant by the names that systems have for members
    std::function<swim::Address(MemberId)> addressOf; ///< where a member listens now
};

/// What one process of a member starts with.
struct Launch
{
    swim::Address address;
    std::vector<swim::Address> seeds;    ///< whom it contacts; empty: it waits for others
    std::vector<MemberId> seedMembers{}; ///< who they are
    bool isBeforeRun = false;            ///< while the cluster is made
    std::uint32_t incarnation = 1;
    std::uint64_t seed = 0;      ///< of its choices at random; at most MAX_SEED
    swim::Impairment impairment; ///< from its first packet on, where the kind can
    std::function<bool()> enter; ///< see Process::Start
};

/// A program that can be a member. One object a kind, without state.
class MemberKind
{
  public:
    virtual ~MemberKind() = default;

    /// As `--members` spells it: `swimlab`.
    virtual std::string_view Name() const = 0;

    /// How exactly it says when something happened.
    virtual Duration TimeResolution() const = 0;

    /// Between the starts of two such members.
    virtual Duration LaunchSpacing() const = 0;

    /// How long such a member may take until it listens.
    virtual Duration ListenPatience() const
    {
        return std::chrono::seconds(30);
    }

    /// How long such members may take, once they listen, until all know all.
    virtual Duration MeetPatience() const
    {
        return std::chrono::seconds(60);
    }

    /// Who has to make a cluster of members that have started, by LiveMember::Form.
    enum class Forming : std::uint8_t
    {
        NONE,
        ONCE, ///< the first of each cluster
        BY_MEMBER,
    };

    virtual Forming HowFormed() const
    {
        return Forming::NONE;
    }

    /// @param members of it in a cluster @return why that is not enough to make one
    virtual std::optional<std::string> TooFew(std::uint32_t /*members*/) const
    {
        return {};
    }

    /// Of verbs that the process itself performs.
    virtual bool CanPerform(Verb verb) const = 0;

    /// Whether a process can start with another incarnation than 1.
    virtual bool CanRememberIncarnation() const = 0;

    /// Whether it runs on alone once nobody has answered its joins.
    virtual bool CanGiveUpJoining() const
    {
        return true;
    }

    /// Of faults of the network, and of what processes suffer (IsSuffered): whether they can be put on
    /// the process by LiveMember::Impair, where the network has none itself.
    virtual bool CanSuffer(Verb verb) const = 0;

    /// Whether Impair takes a firewall to do so; see firewall.h.
    virtual bool SuffersByFirewall() const
    {
        return false;
    }

    /// Whether it tells OnTraffic, and OnCounts.
    virtual bool TellsTraffic() const = 0;

    /// What of run.json's `not_observable` such a member never tells, beside its traffic.
    virtual std::vector<std::string> NotObservable() const
    {
        return {};
    }

    /// Whether it buries nobody, and agrees to nothing, without most of the members.
    virtual bool NeedsMajority() const
    {
        return false;
    }

    /// What the program calls its version; empty: it is ours, or does not say.
    virtual std::string Version() const
    {
        return {};
    }

    /// What a member takes of the machine's memory; 0: not known.
    virtual double MemoryMib() const
    {
        return 0;
    }

    /// Whether it writes a trace where MemberSetup::trace says.
    virtual bool Traces() const
    {
        return false;
    }

    /// @return why it cannot run here with these parameters, naming what would be right: the
    /// program
    ///     is not installed, a parameter is one that it does not have
    virtual std::optional<std::string> Refusal(const swim::Config& protocol) const = 0;

    /// Looks for what the plan asks of it besides and it does not have. @throws ScenarioError, UserError
    virtual void Check(const Plan& /*plan*/) const
    {
    }

    virtual std::unique_ptr<LiveMember> Make(MemberSetup setup) const = 0;
};

/// One member for as long as the run lasts, whatever becomes of its processes.
class LiveMember
{
  public:
    explicit LiveMember(MemberSetup setup);
    virtual ~LiveMember() = default;

    LiveMember(const LiveMember&) = delete;
    LiveMember& operator=(const LiveMember&) = delete;

    virtual const MemberKind& Kind() const = 0;

    /// Starts a process; one that still runs is killed first. @throws ProcessError
    void Start(const Launch& launch);

    bool IsRunning() const;

    /// Whether it was stopped by Pause and not resumed.
    bool IsPaused() const
    {
        return m_paused;
    }

    // SIGKILL, SIGSTOP, SIGCONT:
    void Kill();
    void Pause();
    void Resume();

    /// Asks it to leave the cluster and end. SIGTERM, unless the kind knows better.
    virtual void Leave();

    /// Asks it to end without leaving, after telling traffic and counts a last time.
    virtual void Finish();

    /// Asks it to contact these again, where the kind can be asked.
    virtual void Join(const std::vector<swim::Address>& seeds);

    /// What has not gone as its kind expects, in words; empty: nothing.
    virtual std::string Complaint() const
    {
        return {};
    }

    /// Makes a cluster of members that have started, where Kind().HowFormed() says so.
    /// @param members all of them, the first one first
    virtual void Form(const std::vector<MemberId>& members, std::function<void()> onFormed);

    /// Where Kind().CanPerform(Verb::UPDATE).
    virtual void UpdateMeta(const std::string& meta);

    /// What the kind cannot suffer is not done.
    virtual void Impair(const swim::Impairment& impairment) = 0;

  protected:
    /// The program and its arguments; may write files into Setup().scratch.
    virtual std::vector<std::string> Command(const Launch& launch) = 0;

    /// What its process does before its program; see Process::Start. May be empty.
    virtual std::function<bool()> Entrance(const Launch& launch);

    /// What to tell a process that has just started, on its standard input say.
    virtual void Greet(const Launch& launch);

    /// A line of its standard output.
    virtual void OnLine(std::string_view line) = 0;

    /// A line of its standard error; it is kept for people by itself.
    virtual void OnErrorLine(std::string_view line);

    /// Its process has ended, and that is not told yet.
    virtual void OnGone();

    /// SIGSTOP or SIGCONT to what it started and its process group has not.
    virtual void SignalRest(int number);

    /// Keeps a line for people who want to know why it ended.
    void Remember(std::string_view line);

    /// What is kept, as the end of a message; may be empty.
    std::string LastWordsText() const;

    /// Of the child that was forked.
    pid_t Pid() const
    {
        return m_process->Pid();
    }

    /// To its process group.
    void Signal(int number);

    const MemberSetup& Setup() const
    {
        return m_setup;
    }

    /// Its running process.
    Process& Running()
    {
        return *m_process;
    }

    /// CLOCK_MONOTONIC, for lines without a time of their own.
    static std::int64_t NowNs();

  private:
    void OnEnd(const std::string& how);

    MemberSetup m_setup;
    std::unique_ptr<Process> m_process;
    std::string m_lastWords; ///< the end of what it said
    bool m_paused = false;
};

/// All kinds that need no file.
std::span<const MemberKind* const> MemberKinds();

/// Kinds that files describe, by what was written of the file.
using AdapterShelf = std::map<std::string, std::unique_ptr<const MemberKind>>;

/// The files of adapters that `--members` names: what ends with `.toml`.
std::vector<std::string> AdapterFiles(const std::string& text);

/**
 * Reads `--members`: `swimlab`, or `serf:20,my.toml:20`, in the order of the members.
 * @param shelf has each of AdapterFiles
 * @return the kind of each member
 * @throws UserError for an unknown kind, or counts that do not add up
 */
std::vector<const MemberKind*> ReadMemberKinds(const std::string& text,
                                               std::uint32_t members,
                                               const AdapterShelf& shelf = {});

} // namespace swimlab
