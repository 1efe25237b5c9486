// SPDX-License-Identifier: GPL-2.0-only
//
// Reading an adapter, see adapter.h. A table of the file is a function here, but for those that say what
// members conclude: adapter-conclusions.cc.
#include "lab/live/adapter-table.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>

namespace swimlab
{

namespace
{

using namespace std::chrono_literals;

constexpr std::string_view UNIT_WORDS = "ns|us|ms|s|min";
constexpr std::string_view IDENTITY_WORDS = "name|number|address|id";
constexpr std::string_view SIGNAL_WORDS = "TERM|INT|HUP|QUIT|USR1|USR2";
constexpr std::array SIGNALS = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};

constexpr std::uint64_t HIGHEST_PORT = 65535;
constexpr std::uint64_t MOST_MEMBERS = 10'000;
constexpr swim::Duration USUAL_LIMIT = 10s;
constexpr swim::Duration USUAL_MEETING = 60s;
constexpr swim::Duration USUAL_SPACING = 20ms;

/// A name of a kind or of a parameter, which is a part of a scenario's key.
bool IsKeyName(const std::string& name, char joint)
{
    return !name.empty() && name[0] >= 'a' && name[0] <= 'z' &&
           std::ranges::all_of(name, [joint](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == joint;
           });
}

class AdapterReader
{
  public:
    AdapterReader(const Value& root, const std::string& file)
        : m_root(root),
          m_whole{file, 0, ""}
    {
        m_adapter.file = file;
    }

    Adapter Read()
    {
        const AdapterTable top = Open(&m_root,
                                      "",
                                      {"kind",
                                       "title",
                                       "program",
                                       "parameters",
                                       "ports",
                                       "start",
                                       "ready",
                                       "form",
                                       "meet",
                                       "join",
                                       "leave",
                                       "log",
                                       "poll",
                                       "identity",
                                       "capabilities",
                                       "pitfalls",
                                       "costs"});
        m_adapter.kind = top.RequiredText("kind", "write what it is called, such as \"redis\"");
        if (!IsKeyName(m_adapter.kind, '-'))
        {
            top.Fail(*top.Find("kind"), "kind", "is letters a to z, digits and -, a letter first");
        }
        m_adapter.title = top.Text("title", m_adapter.kind);
        ReadParameters();
        ReadPorts();
        ReadProgram();
        ReadStart();
        ReadReady();
        ReadForm();
        ReadJoin();
        ReadLeave();
        m_adapter.lines = ReadAdapterLines(m_root, m_words);
        m_adapter.poll = ReadAdapterPoll(m_root, m_words);
        ReadIdentity();
        ReadRest();
        RequireSigns(top);
        return std::move(m_adapter);
    }

  private:
    AdapterTable Open(const Value* table,
                      const std::string& name,
                      std::initializer_list<const char*> known) const
    {
        return {table, name, m_whole, known, m_words};
    }

    AdapterTable OpenTop(const std::string& name, std::initializer_list<const char*> known) const
    {
        return Open(m_root.Find(name), name, known);
    }

    void ReadParameters()
    {
        const Value* const table = m_root.Find("parameters");
        if (table == nullptr)
        {
            return;
        }
        RequireTable(*table, "parameters");
        for (const auto& [name, value] : std::get<ValueTable>(table->data))
        {
            const AdapterTable row =
                Open(&value, "parameters." + name, {"default", "unit", "meaning"});
            if (!IsKeyName(name, '_'))
            {
                row.Fail(value, "", "a parameter is letters a to z, digits and _, a letter first");
            }
            AdapterParameter parameter;
            parameter.name = name;
            parameter.place = value.place;
            parameter.meaning = row.Text("meaning", "");
            if (row.Find("unit") != nullptr)
            {
                row.Word("unit", UNIT_WORDS, 0);
                parameter.unit = row.Text("unit", "");
            }
            const Value& byDefault =
                row.Get("default", "write the program's own, such as {default = \"15s\"}");
            if (!parameter.unit.empty())
            {
                ReadDuration(byDefault, row.FullKey("default"), swim::Duration::zero(), 24h);
            }
            parameter.byDefault = PlainText(byDefault);
            m_words.push_back(name);
            m_adapter.parameters.push_back(std::move(parameter));
        }
    }

    void ReadPorts()
    {
        const Value* const table = m_root.Find("ports");
        if (table == nullptr)
        {
            return;
        }
        RequireTable(*table, "ports");
        for (const auto& [name, value] : std::get<ValueTable>(table->data))
        {
            const std::string key = "ports." + name;
            const auto port = static_cast<std::uint16_t>(ReadCount(value, key, 1, HIGHEST_PORT));
            for (const auto& [other, taken] : m_adapter.ports)
            {
                if (taken == port)
                {
                    throw ScenarioError(value.place,
                                        key,
                                        std::to_string(port) + " is the port of " + other +
                                            "; each has its own");
                }
            }
            m_adapter.ports[name] = port;
            m_words.push_back("port." + name);
        }
    }

    void ReadProgram()
    {
        const AdapterTable table =
            OpenTop("program", {"needs", "packages", "version", "version_pattern"});
        if (const Value* const needs = table.Find("needs"))
        {
            const auto* const list = std::get_if<ValueList>(&needs->data);
            if (list == nullptr)
            {
                table.Fail(*needs, "needs", "must be a list of programs, such as [\"redis-cli\"]");
            }
            for (const Value& program : *list)
            {
                m_adapter.needs.emplace_back(ReadText(program, "program.needs"), program.place);
            }
        }
        m_adapter.packages = table.Text("packages", "");
        for (const AdapterText& argument : table.Command("version"))
        {
            if (!argument.IsPlain())
            {
                table.Fail(*table.Find("version"),
                           "version",
                           "is run before there is a member, and has nothing to put for words in "
                           "braces; {{ is a brace itself");
            }
            m_adapter.versionCommand.push_back(argument.Fill({}));
        }
        m_adapter.versionPattern = table.Regex("version_pattern", {"version"});
        if (m_adapter.versionCommand.empty() != !m_adapter.versionPattern)
        {
            table.Fail("version", "and version_pattern go together");
        }
    }

    void ReadStart()
    {
        const AdapterTable table =
            OpenTop("start",
                    {"command", "environment", "files", "spacing", "seeds", "each_restart"});
        m_adapter.commandPlace = table.Get("command", "write the program and its arguments").place;
        m_adapter.command = table.Command("command");
        m_adapter.environment = table.Templates("environment");
        m_adapter.files = table.Templates("files");
        for (const auto& [name, text] : m_adapter.files)
        {
            const std::filesystem::path path(name);
            if (name.empty() || path.is_absolute() ||
                std::ranges::find(path, std::filesystem::path("..")) != path.end())
            {
                table.Fail("files." + name, "must be a path below the member's folder");
            }
        }
        m_adapter.spacing = table.Time("spacing", USUAL_SPACING);
        m_adapter.mostSeeds = table.Count("seeds", MOST_MEMBERS, MOST_MEMBERS);
        m_adapter.keepsFolder = table.Word("each_restart", "keep|wipe", 0) == 0;
    }

    void ReadReady()
    {
        const AdapterTable table = OpenTop("ready", {"log", "tcp", "within"});
        m_adapter.readyPlace = table.Place();
        m_adapter.readyLine = table.Regex("log", {});
        m_adapter.readyPort = table.Template("tcp");
        m_adapter.readyWithin = table.Time("within", USUAL_LIMIT);
        if (m_adapter.readyLine.has_value() == m_adapter.readyPort.has_value())
        {
            table.Fail("log",
                       "or ready.tcp, one of them, says when a member is ready: a line of its "
                       "output, or who takes connections");
        }
    }

    void ReadForm()
    {
        const AdapterTable form = OpenTop("form", {"command", "by", "within", "least_members"});
        if (form.IsThere())
        {
            m_adapter.formPlace = form.Place();
            form.Get("command", "write the program and its arguments");
            m_adapter.formCommand = form.Command("command");
            m_adapter.forming = form.Word("by", "once|member", 0) == 0
                                    ? Adapter::Forming::ONCE
                                    : Adapter::Forming::BY_MEMBER;
            m_adapter.formLeastMembers =
                static_cast<std::uint32_t>(form.Count("least_members", 1, MOST_MEMBERS));
        }
        m_adapter.formWithin = form.Time("within", USUAL_MEETING);
        m_adapter.meetWithin = OpenTop("meet", {"within"}).Time("within", USUAL_MEETING);
    }

    void ReadJoin()
    {
        const AdapterTable table = OpenTop("join", {"command", "within"});
        if (table.IsThere())
        {
            table.Get("command", "write the program and its arguments");
        }
        m_adapter.joinPlace = table.Place();
        m_adapter.joinCommand = table.Command("command");
        m_adapter.joinWithin = table.Time("within", USUAL_LIMIT);
    }

    void ReadLeave()
    {
        const AdapterTable table = OpenTop("leave", {"how", "command", "signal", "within"});
        m_adapter.leavePlace = table.Place();
        if (const Value* const how = table.Find("how"))
        {
            table.Word("how", "none", 0);
            if (table.Find("command") != nullptr || table.Find("signal") != nullptr)
            {
                table.Fail(*how, "how", "is \"none\", and there is a way beside it; keep one");
            }
            return;
        }
        m_adapter.leaveCommand = table.Command("command");
        m_adapter.leaveWithin = table.Time("within", USUAL_LIMIT);
        if (table.Find("signal") != nullptr)
        {
            m_adapter.leaveSignal = SIGNALS.at(table.Word("signal", SIGNAL_WORDS, 0));
        }
        if (table.IsThere() && m_adapter.leaveCommand.empty() == (m_adapter.leaveSignal == 0))
        {
            table.Fail("command",
                       "or leave.signal, one of them, says how a member leaves; how = \"none\": it "
                       "cannot");
        }
    }

    void ReadIdentity()
    {
        const AdapterTable table =
            OpenTop("identity", {"by", "template", "poll", "log", "stable_over_restart"});
        m_adapter.identity = static_cast<Adapter::Identity>(table.Word("by", IDENTITY_WORDS, 0));
        m_adapter.isStableOverRestart = table.Boolean("stable_over_restart", true);
        m_adapter.idTemplate = table.Template("template");
        m_adapter.idPattern = table.Regex("log", {"id"});
        if (const Value* const poll = table.Find("poll"))
        {
            const AdapterTable question =
                Open(poll,
                     "identity.poll",
                     {"tcp", "http", "command", "request", "end", "within", "pattern"});
            m_adapter.idQuestion = question.Question(USUAL_ANSWER_TIME);
            if (!m_adapter.idQuestion)
            {
                question.Fail("tcp", "or http or command says whom to ask; none is there");
            }
            m_adapter.idPattern =
                ReadPattern(question.Get("pattern", "write where the id stands in the answer"),
                            "identity.poll.pattern",
                            {"id"});
        }
        const int ways = (table.Find("template") != nullptr ? 1 : 0) +
                         (table.Find("poll") != nullptr ? 1 : 0) +
                         (table.Find("log") != nullptr ? 1 : 0);
        if (ways != (m_adapter.identity == Adapter::Identity::ID ? 1 : 0))
        {
            table.Fail("by",
                       "\"id\" takes one of template, log and poll, which tell the id; others take "
                       "none");
        }
    }

    void ReadRest()
    {
        const AdapterTable capabilities = OpenTop("capabilities", {"needs_majority"});
        m_adapter.needsMajority = capabilities.Boolean("needs_majority", false);
        const AdapterTable costs = OpenTop("costs", {"memory_mib"});
        if (const Value* const memory = costs.Find("memory_mib"))
        {
            m_adapter.memoryMib = ReadNumber(*memory, "costs.memory_mib");
            if (m_adapter.memoryMib < 0)
            {
                costs.Fail(*memory, "memory_mib", "cannot be below 0");
            }
        }
        if (const Value* const pitfalls = m_root.Find("pitfalls"))
        {
            RequireTable(*pitfalls, "pitfalls");
            for (const auto& [name, text] : std::get<ValueTable>(pitfalls->data))
            {
                ReadText(text, "pitfalls." + name);
            }
        }
    }

    /// Without them no run would begin: nobody would know when the members have met.
    void RequireSigns(const AdapterTable& top) const
    {
        for (const auto& [kind, what] : {std::pair{swim::EventKind::JOINED, "is there"},
                                         std::pair{swim::EventKind::DEAD, "is gone"}})
        {
            if (!m_adapter.Tells(kind))
            {
                top.Fail("log",
                         std::string("nothing tells that another member ") + what +
                             ": it takes a [[log]] with event = \"" +
                             std::string(swim::EventKindName(kind)) +
                             "\" or \"members\", or a [poll] with such a state");
            }
        }
    }

    const Value& m_root;
    SourcePlace m_whole;
    Adapter m_adapter;
    std::vector<std::string> m_words;
};

} // namespace

Adapter ReadAdapter(const std::string& text, const std::string& file)
{
    return AdapterReader(ParseToml(text, file), file).Read();
}

} // namespace swimlab
