// SPDX-License-Identifier: GPL-2.0-only
//
// A member whose program an adapter describes.
#pragma once

#include "lab/live/adapter-kind.h"
#include "lab/live/adapter-views.h"
#include "lab/live/file-lines.h"
#include "lab/live/identities.h"
#include "lab/live/question.h"

#include <asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace swimlab
{

class AdapterMember : public LiveMember
{
  public:
    /// @param kind outlives this
    AdapterMember(MemberSetup setup, const AdapterKind& kind);

    const MemberKind& Kind() const override;
    void Leave() override;
    std::string Complaint() const override;
    void Form(const std::vector<MemberId>& members, std::function<void()> onFormed) override;
    void Impair(const swim::Impairment& impairment) override;

  private:
    std::vector<std::string> Command(const Launch& launch) override;
    std::function<bool()> Entrance(const Launch& launch) override;
    void Greet(const Launch& launch) override;
    void OnLine(std::string_view line) override;
    void OnErrorLine(std::string_view line) override;
    void OnGone() override;
    void SignalRest(int number) override;

    MemberWords WordsOf(MemberId member) const;
    void PrepareFolder() const;
    void NameItself();
    void FollowFiles();
    void Read(AdapterLine::From from, std::string_view line);
    void Tell(const std::vector<AdapterViews::Finding>& findings);

    /// Does it once the time has come, if the process of now still runs then: a timer that has expired
    /// cannot be cancelled.
    void After(asio::steady_timer& timer, Duration time, std::function<void()> perform);

    /// Nothing of the last process is waited for any more.
    void LetGo();

    void TryPort();
    void OnReady();
    void AskForId();
    void PollLater();
    void Poll();
    FilledQuestion Fill(const AdapterQuestion& question) const;
    std::function<bool()> EntranceBeside() const;

    using OnFailure = std::function<void(const std::string& what)>;

    /// Runs a program where the member is, for one thing at a time.
    /// @param onFailure told what it did; may throw
    void RunBeside(const std::vector<std::string>& command,
                   Duration within,
                   std::function<void()> onDone,
                   OnFailure onFailure);

    /// What makes a failure that of the run. @param place of the command in the adapter
    OnFailure TroubleAt(const SourcePlace& place, const std::string& key) const;

    std::unique_ptr<Questioner> NewQuestioner() const;

    [[noreturn]] void Trouble(const SourcePlace& place,
                              const std::string& key,
                              const std::string& what) const;

    const AdapterKind& m_kind;
    const Adapter& m_adapter;
    AdapterViews m_views;
    TextContext m_context;
    std::filesystem::path m_folder;
    std::function<bool()> m_enterNetwork;
    std::uint64_t m_number = 0; ///< of the process
    bool m_isReady = false;
    bool m_hasId = false;
    bool m_joinsLater = false;
    bool m_leaves = false; ///< by a command
    asio::steady_timer m_readyLimit;
    asio::steady_timer m_pollTimer;
    asio::steady_timer m_idTimer;
    asio::steady_timer m_portTimer;
    asio::steady_timer m_leaveTimer;
    std::unique_ptr<Questioner> m_poller;
    std::unique_ptr<Questioner> m_asker;   ///< for the id, and whether it takes connections
    std::unique_ptr<Questioner> m_command; ///< for form, join and leave
    std::vector<std::unique_ptr<FileLines>> m_followed; ///< each file once
    std::uint64_t m_polls = 0;                          ///< of this process
    std::uint64_t m_unanswered = 0;
    std::string m_whyUnanswered; ///< the last time
    std::string m_whyNoId;
};

} // namespace swimlab
