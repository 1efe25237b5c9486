// SPDX-License-Identifier: MIT
//
// The tables of agent.toml, one row a key.
#include "agent/program/settings.h"

#include "agent/program/toml-table.h"
#include "swim/serf.h"

#include <concepts>
#include <cstddef>

namespace swim::program
{

namespace
{

/// A key of a table, given or not.
struct TomlEntry
{
    const TomlTable& table;
    std::string_view key;
};

template <typename Target>
using TomlKey = KeyRow<Target, TomlEntry>;

template <typename Field>
constexpr std::string_view TypeName()
{
    return std::same_as<Field, std::string>     ? "text"
           : std::same_as<Field, bool>          ? "boolean"
           : std::same_as<Field, std::uint32_t> ? "count"
                                                : "list of texts";
}

std::string Spelled(const std::string& text)
{
    return text;
}

std::string Spelled(bool value)
{
    return value ? "true" : "false";
}

std::string Spelled(std::uint32_t value)
{
    return std::to_string(value);
}

std::string Spelled(const std::vector<std::string>& texts)
{
    std::string list;
    for (const std::string& text : texts)
    {
        list += (list.empty() ? "\"" : ", \"") + text + "\"";
    }
    return "[" + list + "]";
}

/// A key of a field whose type says all.
template <auto FIELD>
constexpr TomlKey<Settings> Plain(std::string_view name, std::string_view meaning)
{
    using Field = std::remove_cvref_t<decltype(Settings().*FIELD)>;
    return {name,
            TypeName<Field>(),
            meaning,
            [](Settings& settings, const TomlEntry& entry) {
                entry.table.Read(entry.key, settings.*FIELD);
            },
            [](const Settings& settings) { return Spelled(settings.*FIELD); }};
}

/// A text that is nothing by default. @param without what holds then
template <auto FIELD>
constexpr TomlKey<Settings> Optional(std::string_view name,
                                     std::string_view without,
                                     std::string_view meaning)
{
    return Plain<FIELD>(name, meaning).Absent(without);
}

/// A key with a table of its own. @param without what holds without it
constexpr TomlKey<Settings> Table(std::string_view name,
                                  void (*read)(Settings&, const TomlEntry&),
                                  std::string_view without,
                                  std::string_view meaning)
{
    return TomlKey<Settings>{name, "table", meaning, read}.Absent(without);
}

template <typename Rows, typename Target>
void ReadRows(const TomlTable& table, const Rows& rows, Target& target)
{
    for (const auto& row : rows)
    {
        row.read(target, {table, row.name});
    }
}

std::string Join(const std::vector<std::string>& names)
{
    std::string text;
    for (const std::string& name : names)
    {
        text += (text.empty() ? "" : ", ") + name;
    }
    return text;
}

void ReadTags(Settings& settings, const TomlEntry& entry)
{
    const std::optional<TomlTable> tags = entry.table.Table(entry.key);
    if (!tags)
    {
        return;
    }
    if (!settings.meta.empty())
    {
        entry.table.Fail(entry.key, "the metadata is either meta or [tags], not both");
    }
    settings.meta = serf::EncodeTags(tags->Texts());
}

void ReadPreset(Config& config, const TomlEntry& entry)
{
    std::string name(DEFAULT_PRESET);
    entry.table.Read(entry.key, name);
    const std::optional<Config> preset = Preset(name);
    if (!preset)
    {
        entry.table.Fail(entry.key,
                         "there is no preset \"" + name + "\"; presets are " +
                             Join({PresetNames().begin(), PresetNames().end()}));
    }
    config = *preset;
}

/// The key of [protocol] besides the parameters, for which it stands in.
constexpr TomlKey<Config> PROTOCOL_ROWS[] = {
    {"preset",
     "preset",
     "Settings of the protocol to start from.",
     ReadPreset,
     [](const Config&) { return std::string(DEFAULT_PRESET); }},
};

void ReadProtocol(Settings& settings, const TomlEntry& entry)
{
    const std::optional<TomlTable> table = entry.table.Table(entry.key);
    if (!table)
    {
        return;
    }
    std::vector<std::string> known = NamesOf(PROTOCOL_ROWS);
    for (const Parameter& parameter : Parameters())
    {
        known.emplace_back(parameter.name);
    }
    table->CheckKeys(known);
    ReadRows(*table, PROTOCOL_ROWS, settings.config);
    for (const Parameter& parameter : Parameters())
    {
        if (const std::optional<std::string> text = table->Spelling(parameter.name))
        {
            if (const std::optional<std::string> wrong = parameter.set(settings.config, *text))
            {
                table->Fail(parameter.name, *text + " " + *wrong);
            }
        }
    }
    if (const std::optional<std::string> wrong = Validate(settings.config))
    {
        table->Fail(*wrong);
    }
}

/// In the order of SerfPeers.
constexpr std::string_view SERF_WORDS = "auto|false|true";

void ReadSerf(Settings& settings, const TomlEntry& entry)
{
    const std::optional<std::string> text = entry.table.Spelling(entry.key);
    if (!text)
    {
        return;
    }
    const auto place = PlaceOfWord(SERF_WORDS, *text);
    if (!place)
    {
        entry.table.Fail(entry.key, "must be true, false or \"auto\"");
    }
    settings.serf = static_cast<SerfPeers>(*place);
}

constexpr TomlKey<Settings> ENCRYPTION_ROWS[] = {
    Optional<&Settings::keyFile>(
        "key_file",
        "nothing is encrypted",
        "A file with keys in base64, one a line, the primary first, or a JSON list of them as "
        "Serf keeps; it must be its owner's alone."),
};

constexpr TomlKey<Settings> LOG_ROWS[] = {
    {"level",
     LOG_LEVELS,
     "The least grave message that is logged.",
     [](Settings& settings, const TomlEntry& entry) {
         entry.table.Read(entry.key, settings.logLevel);
         CheckLogLevel(entry.table.Place(entry.key), settings.logLevel);
     },
     [](const Settings& settings) { return settings.logLevel; }},
    Optional<&Settings::logFile>("file", "standard error", "The file to write the log to."),
};

template <const auto& ROWS>
void ReadTable(Settings& settings, const TomlEntry& entry)
{
    if (const std::optional<TomlTable> table = entry.table.Table(entry.key))
    {
        table->CheckKeys(NamesOf(ROWS));
        ReadRows(*table, ROWS, settings);
    }
}

/// In the order of reading: `tags` look at `meta`.
constexpr TomlKey<Settings> TOP_ROWS[] = {
    Optional<&Settings::name>("name", "the machine's name", "The member's name in the cluster."),
    Plain<&Settings::bind>("bind",
                           "Where to listen, for datagrams and streams: HOST:PORT, or HOST at port "
                           "7946. HOST is a numeric address, the name of an interface (`eth0`), or "
                           "a name that stands for an address of the machine."),
    Optional<&Settings::advertise>(
        "advertise",
        "the address of `bind`; where that is every address, the one that others are reached from",
        "Address, and port if it is another, that others are told to reach the member at."),
    Optional<&Settings::join>("join",
                              "it waits for others to join it",
                              "Members to join through when it starts, by address or name."),
    Plain<&Settings::retryJoin>("retry_join",
                                "Whether it goes on trying until a member other than itself "
                                "answers."),
    Optional<&Settings::meta>("meta", "none", "Metadata that others learn of the member."),
    Optional<&Settings::events>(
        "events",
        "nowhere",
        "The file to which events are appended as JSON lines; `-` is standard output."),
    Optional<&Settings::control>(
        "control",
        "NAME.sock in the user's folder of sockets, with bytes that are no letter, digit, `-`, `_` "
        "or `.` as %20",
        "The path of the Unix-domain socket that takes commands; only its user may open it."),
    Optional<&Settings::metrics>("metrics",
                                 "they are not served",
                                 "Address and port at which Prometheus may read metrics."),
    Optional<&Settings::allow>("allow",
                               "everybody",
                               "Ranges of addresses that may talk to the member: "
                               "`[\"10.0.0.0/8\"]`."),
    Plain<&Settings::datagramsPerSecond>(
        "datagrams_per_second",
        "How many datagrams a second one source may send; what is more is dropped and counted. 0: "
        "any number."),
    {"serf",
     SERF_WORDS,
     "Whether there are Serf's agents in the cluster, who expect messages of their own; `auto`: "
     "from the moment when some are met.",
     ReadSerf,
     [](const Settings& settings) {
         return std::string(*WordAt(SERF_WORDS, static_cast<std::size_t>(settings.serf)));
     }},
    Table("tags", ReadTags, "none", "Metadata as key and value, which Serf shows."),
    Table("protocol", ReadProtocol, "those of the preset", "Settings of the protocol."),
    Table("encryption", ReadTable<ENCRYPTION_ROWS>, "nothing is encrypted", "The keys."),
    Table("log", ReadTable<LOG_ROWS>, "the defaults of its keys", "What is logged, and where."),
};

/// Any key, so there is nothing to read by a row; ReadTags does.
constexpr TomlKey<Settings> TAG_ROWS[] = {
    TomlKey<Settings>{"ANY_KEY", "text", "The value of the tag of that name."}.Absent(
        "there is no such tag"),
};

} // namespace

Settings ReadSettings(const std::string& file)
{
    const TomlTable top = TomlTable::OfFile(file);
    top.CheckKeys(NamesOf(TOP_ROWS));
    Settings settings;
    ReadRows(top, TOP_ROWS, settings);
    return settings;
}

std::vector<std::string> ChangedForNextStart(const Settings& before, const Settings& after)
{
    std::vector<std::string> changed;
    const auto compare = [&](const char* key, auto Settings::*field) {
        if (before.*field != after.*field)
        {
            changed.emplace_back(key);
        }
    };
    compare("name", &Settings::name);
    compare("bind", &Settings::bind);
    compare("advertise", &Settings::advertise);
    compare("events", &Settings::events);
    compare("control", &Settings::control);
    compare("metrics", &Settings::metrics);
    compare("allow", &Settings::allow);
    compare("datagrams_per_second", &Settings::datagramsPerSecond);
    compare("serf", &Settings::serf);
    compare("[protocol]", &Settings::config);
    compare("encryption.key_file", &Settings::keyFile);
    return changed;
}

std::vector<TableReference> SettingsReference()
{
    const Settings settings;
    return {{"", "", "The top of agent.toml.", DescribeAll(TOP_ROWS, settings)},
            {"tags",
             "[tags]",
             "Metadata as key and value, instead of `meta`.",
             DescribeAll(TAG_ROWS, settings)},
            {"protocol",
             "[protocol]",
             "The preset, and any parameter over it.",
             DescribeAll(PROTOCOL_ROWS, settings.config)},
            {"encryption",
             "[encryption]",
             "What is sent and received is sealed with AES-GCM.",
             DescribeAll(ENCRYPTION_ROWS, settings)},
            {"log", "[log]", "What is logged, and where.", DescribeAll(LOG_ROWS, settings)}};
}

void CheckLogLevel(const std::string& where, const std::string& level)
{
    if (PlaceOfWord(LOG_LEVELS, level))
    {
        return;
    }
    std::vector<std::string> levels;
    while (const auto word = WordAt(LOG_LEVELS, levels.size()))
    {
        levels.emplace_back(*word);
    }
    throw UserError(where + ": there is no level \"" + level + "\"; levels are " + Join(levels));
}

} // namespace swim::program
