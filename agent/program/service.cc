// SPDX-License-Identifier: MIT
//
// See service.h.
#include "agent/program/service.h"

#include "agent/impaired-transport.h"
#include "agent/program/control-path.h"
#include "agent/program/control-server.h"
#include "agent/program/line-input.h"
#include "agent/program/log.h"
#include "agent/program/metrics.h"
#include "agent/program/repeated-warnings.h"
#include "agent/program/reporter.h"
#include "agent/program/status.h"
#include "agent/program/trace-file.h"
#include "swim/aes-gcm-cipher.h"
#include "swim/endpoint.h"

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <vector>

namespace swim::program
{

namespace
{

constexpr Duration RETRY_JOIN_INTERVAL = std::chrono::seconds(5);

/// What is under way between the start and the end of one agent.
class Service
{
  public:
    Service(const ServiceOptions& options, const Settings& settings);

    int Run();

  private:
    static AgentOptions Options(const ServiceOptions& options,
                                const Settings& settings,
                                const MemberKeys* keys,
                                Listener& listener);
    std::unique_ptr<TraceFile> OpenTrace() const;

    std::unique_ptr<ControlServer> OpenControl();
    void HearTheRest();
    void JoinSeeds();
    void AwaitSignal();
    void AwaitReload();
    void ReopenFiles();
    void Reload();
    void Accept(const Settings& settings);
    void TellFailedJoin(const JoinResult& result);
    void ReadStdin();
    void CountLater();
    void Leave(Duration timeout, const std::function<void(const Failure&)>& done);
    void Stop(const char* reason, int code = 0);

    const ServiceOptions& m_options;
    const Settings m_started; ///< with which it runs
    Settings m_settings;      ///< as they were last read
    EventStream m_events;     // outlives connections, which the next may hold
    asio::io_context m_io{1};
    Reporter m_reporter;
    std::unique_ptr<MemberKeys> m_keys;      ///< null: no encryption
    std::unique_ptr<TraceFile> m_trace;      ///< null: there is none
    std::unique_ptr<ControlServer> m_server; ///< null: only standard input is obeyed
    std::unique_ptr<Agent> m_agent;
    std::unique_ptr<Control> m_control;
    std::unique_ptr<MetricsServer> m_metrics; ///< null: nobody may scrape
    asio::signal_set m_endSignals{m_io, SIGTERM, SIGINT};
    asio::signal_set m_reloadSignals{m_io, SIGHUP};
    asio::steady_timer m_countTimer{m_io};
    asio::posix::stream_descriptor m_stdin{m_io};
    std::unique_ptr<LineInput<asio::posix::stream_descriptor>> m_stdinLines;
    std::vector<std::string> m_joinErrors; ///< of the last attempt that was told
    Instant m_joinTold{};
    bool m_leaving = false;
    const char* m_reason = nullptr; ///< why it ends, once it does
    int m_code = 0;
};

AgentOptions Service::Options(const ServiceOptions& options,
                              const Settings& settings,
                              const MemberKeys* keys,
                              Listener& listener)
{
    AgentOptions agent;
    agent.name = settings.name;
    agent.config = settings.config;
    agent.bind = settings.bind;
    agent.advertise = settings.advertise;
    agent.meta = settings.meta;
    agent.listener = &listener;
    agent.seed = options.seed;
    agent.incarnation = options.incarnation;
    agent.cipher = keys != nullptr ? std::make_shared<AesGcmCipher>(keys->Ring()) : nullptr;
    agent.allow = settings.allow;
    agent.datagramsPerSecond = settings.datagramsPerSecond;
    agent.serf = settings.serf;
    return agent;
}

Service::Service(const ServiceOptions& options, const Settings& settings)
    : m_options(options),
      m_started(settings),
      m_settings(settings),
      m_events(OpenEvents(settings.events)),
      m_reporter(m_events, settings.serf),
      m_keys(settings.keyFile.empty() ? nullptr : std::make_unique<MemberKeys>(settings.keyFile)),
      m_trace(OpenTrace()),
      m_server(OpenControl())
{
    AgentOptions agent = Options(options, settings, m_keys.get(), m_reporter);
    agent.tracer = m_trace.get();
    std::unique_ptr<Transport> transport = OpenSockets(agent);
    ImpairedTransport* impaired = nullptr;
    if (options.stdinControl) // whoever started us may want a worse network
    {
        auto wrapped = std::make_unique<ImpairedTransport>(std::move(transport));
        impaired = wrapped.get();
        transport = std::move(wrapped);
    }
    m_agent = std::make_unique<Agent>(agent, std::move(transport));
    m_control = std::make_unique<Control>(
        ControlTarget{.agent = *m_agent,
                      .keys = m_keys.get(),
                      .leave = [this](Duration timeout, const auto& done) { Leave(timeout, done); },
                      .impaired = impaired});
    if (m_server)
    {
        m_server->Start(*m_control, m_events);
    }
    if (!settings.metrics.empty())
    {
        m_metrics = std::make_unique<MetricsServer>(settings.metrics, *m_agent, m_reporter);
    }
    m_reporter.Start(*m_agent);
}

std::unique_ptr<TraceFile> Service::OpenTrace() const
{
    if (m_options.trace.empty())
    {
        return nullptr;
    }
    return std::make_unique<TraceFile>(TraceFile::Options{
        .path = m_options.trace,
        .packets = m_options.tracePackets,
        .name = m_settings.name,
        .config = m_settings.config,
        .cipher = m_keys ? std::make_shared<AesGcmCipher>(m_keys->Ring()) : nullptr});
}

/// A member that a laboratory runs by its standard input needs no socket, unless it names one.
std::unique_ptr<ControlServer> Service::OpenControl()
{
    if (m_options.stdinControl && m_settings.control.empty())
    {
        return nullptr;
    }
    return std::make_unique<ControlServer>(
        m_io,
        m_settings.control.empty() ? DefaultControlPath(m_settings.name) : m_settings.control);
}

int Service::Run()
{
    AwaitSignal();
    AwaitReload();
    JoinSeeds();
    if (m_options.stdinControl)
    {
        ReadStdin();
    }
    CountLater();
    m_io.run();
    m_metrics.reset();
    HearTheRest();
    m_agent->Shutdown();
    m_server.reset();
    m_control.reset();
    if (m_options.trafficInterval != Duration::zero())
    {
        WriteCounts(*m_agent, m_events);
    }
    Json line = EventLine("stopped", MonotonicNow());
    line["reason"] = m_reason;
    m_events.Write(line);
    spdlog::info("stopped: {}", m_reason);
    return m_code;
}

/// What the agent has concluded so far belongs into the record.
void Service::HearTheRest()
{
    for (int i = 0; i < 100 && m_agent->CallbackCount().waiting > 0; ++i)
    {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

void Service::JoinSeeds()
{
    if (m_settings.join.empty())
    {
        return;
    }
    JoinOptions options;
    options.retries = m_settings.retryJoin ? UINT32_MAX : 0;
    options.retryInterval = RETRY_JOIN_INTERVAL;
    options.failed = [this](const JoinResult& result) { TellFailedJoin(result); };
    m_control->Await(m_agent->Join(m_settings.join, options), [this](Future<JoinResult>& joined) {
        const JoinResult result = joined.get();
        Json line = EventLine("join", MonotonicNow());
        line.update(JoinToJson(result));
        m_events.Write(line);
        for (const std::string& error : result.errors)
        {
            spdlog::warn("join: {}", error);
        }
        if (result.contacted == 0)
        {
            asio::post(m_io, [this] { Stop("nobody to join", EXIT_FAILED); });
        }
    });
}

/// Of attempts that go on for ever: what is new, and once a minute what is not. Called as a listener
/// is.
void Service::TellFailedJoin(const JoinResult& result)
{
    const Instant now = MonotonicNow();
    if (result.errors == m_joinErrors && now - m_joinTold < RepeatedWarnings::INTERVAL)
    {
        return;
    }
    m_joinErrors = result.errors;
    m_joinTold = now;
    for (const std::string& error : result.errors)
    {
        spdlog::warn("join: {}; trying again every {}", error, FormatDuration(RETRY_JOIN_INTERVAL));
    }
}

void Service::AwaitSignal()
{
    m_endSignals.async_wait([this](const asio::error_code& error, int) {
        if (error)
        {
            return;
        }
        if (m_leaving)
        {
            Stop("terminated");
            return;
        }
        Leave(LEAVE_TIMEOUT, [](const Failure&) {});
        AwaitSignal();
    });
}

void Service::AwaitReload()
{
    m_reloadSignals.async_wait([this](const asio::error_code& error, int) {
        if (error)
        {
            return;
        }
        ReopenFiles();
        Reload();
        AwaitReload();
    });
}

/// Whoever rotates logs moves the files away and sends SIGHUP; so this does not depend on the
/// settings.
void Service::ReopenFiles()
{
    try
    {
        ReopenLog(m_settings.logFile);
        m_events.Reopen(m_started.events);
    }
    catch (const std::system_error& error)
    {
        spdlog::error("goes on in the file that was open: {}", error.what());
    }
}

/// All or nothing: what can fail comes before what cannot.
void Service::Reload()
{
    try
    {
        const Settings settings = m_options.read();
        const std::optional<Keyring> keys = m_keys ? std::optional(m_keys->Read()) : std::nullopt;
        const std::string meta = settings.meta;
        const auto updated = [this, settings, keys](const Failure& failure) {
            if (failure)
            {
                spdlog::error("settings stay as they were: {}", *failure);
                return;
            }
            if (keys)
            {
                m_keys->Replace(*keys);
            }
            Accept(settings);
        };
        if (meta == m_settings.meta)
        {
            updated(std::nullopt);
            return;
        }
        m_control->Await(m_agent->UpdateMeta(meta), [this, updated](Future<void>& done) {
            asio::post(m_io, [updated, failure = FailureOf(done)] { updated(failure); });
        });
    }
    catch (const UserError& wrong)
    {
        spdlog::error("settings stay as they were: {}", wrong.what());
    }
}

void Service::Accept(const Settings& settings)
{
    if (settings.logFile != m_settings.logFile)
    {
        try
        {
            ReopenLog(settings.logFile);
        }
        catch (const std::system_error& error)
        {
            spdlog::error("the log stays where it was: {}", error.what());
        }
    }
    SetLogLevel(settings.logLevel);
    for (const std::string& key : ChangedForNextStart(m_started, settings))
    {
        spdlog::warn("{} has changed, which takes effect when the agent starts again", key);
    }
    m_settings = settings;
    spdlog::info("settings were read again");
}

void Service::ReadStdin()
{
    asio::error_code error;
    m_stdin.assign(dup(STDIN_FILENO), error);
    if (error)
    {
        throw UserError("--stdin-control: standard input: " + error.message());
    }
    m_stdinLines = std::make_unique<LineInput<asio::posix::stream_descriptor>>(
        m_stdin,
        [this](const std::string& line) {
            m_control->Handle(line, [this](const Json& answer) {
                Json event = EventLine("answer", MonotonicNow());
                event.update(answer);
                m_events.Write(event);
            });
        },
        [this] { Stop("terminated"); });
    m_stdinLines->Start(nullptr);
}

void Service::CountLater()
{
    if (m_options.trafficInterval == Duration::zero())
    {
        return;
    }
    m_countTimer.expires_after(m_options.trafficInterval);
    m_countTimer.async_wait([this](const asio::error_code& error) {
        if (!error)
        {
            WriteCounts(*m_agent, m_events);
            CountLater();
        }
    });
}

void Service::Leave(Duration timeout, const std::function<void(const Failure&)>& done)
{
    m_leaving = true;
    m_control->Await(m_agent->Leave(timeout), [this, done](Future<void>& left) {
        const Failure failure = FailureOf(left);
        if (failure)
        {
            spdlog::warn("leave: {}", *failure);
        }
        done(failure);
        asio::post(m_io, [this] { Stop("left"); });
    });
}

void Service::Stop(const char* reason, int code)
{
    if (m_reason == nullptr)
    {
        m_reason = reason;
        m_code = code;
    }
    m_io.stop();
}

} // namespace

int RunService(const ServiceOptions& options)
{
    std::signal(SIGPIPE, SIG_IGN);
    const Settings settings = options.read();
    try
    {
        OpenLog(settings.logFile, settings.logLevel);
        const int code = Service(options, settings).Run();
        CloseLog();
        return code;
    }
    catch (const std::exception& error) // AgentError, std::system_error of a file
    {
        CloseLog();
        throw UserError(error.what());
    }
}

} // namespace swim::program
