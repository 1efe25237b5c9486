// SPDX-License-Identifier: MIT
//
// See settings.h.
#include "agent/program/settings.h"

#include "agent/program/toml-table.h"
#include "swim/serf.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace swim::program
{

namespace
{

std::string Names(std::span<const std::string_view> names)
{
    std::string text;
    for (const std::string_view name : names)
    {
        text += (text.empty() ? "" : ", ") + std::string(name);
    }
    return text;
}

void ReadTop(const TomlTable& top, Settings& settings)
{
    top.Read("name", settings.name);
    top.Read("bind", settings.bind);
    top.Read("advertise", settings.advertise);
    top.Read("join", settings.join);
    top.Read("retry_join", settings.retryJoin);
    top.Read("meta", settings.meta);
    top.Read("events", settings.events);
    top.Read("control", settings.control);
    top.Read("metrics", settings.metrics);
    top.Read("allow", settings.allow);
    top.Read("datagrams_per_second", settings.datagramsPerSecond);
    top.Read("serf", settings.serf);
}

void ReadTags(const std::string& file, const TomlTable& top, Settings& settings)
{
    const toml::table* tags = top.Table("tags");
    if (tags == nullptr)
    {
        return;
    }
    if (!settings.meta.empty())
    {
        top.Fail("tags", "the metadata is either meta or [tags], not both");
    }
    settings.meta = serf::EncodeTags(TomlTable(file, *tags, "tags", {}).Texts());
}

void ReadProtocol(const std::string& file, const toml::table& table, Config& config)
{
    std::vector<std::string_view> known{"preset"};
    for (const Parameter& parameter : Parameters())
    {
        known.push_back(parameter.name);
    }
    const TomlTable protocol(file, table, "protocol", known);
    std::string preset = "recommended-lan";
    protocol.Read("preset", preset);
    const std::optional<Config> start = Preset(preset);
    if (!start)
    {
        protocol.Fail("preset",
                      "there is no preset \"" + preset + "\"; presets are " + Names(PresetNames()));
    }
    config = *start;
    for (const Parameter& parameter : Parameters())
    {
        if (const std::optional<std::string> text = protocol.Spelling(parameter.name))
        {
            if (const std::optional<std::string> wrong = parameter.set(config, *text))
            {
                protocol.Fail(parameter.name, *text + " " + *wrong);
            }
        }
    }
    if (const std::optional<std::string> wrong = Validate(config))
    {
        throw UserError(file + ":" + std::to_string(table.source().begin.line) +
                        ": protocol: " + *wrong);
    }
}

toml::table Parse(const std::string& file)
{
    std::error_code error;
    if (std::filesystem::is_directory(file, error))
    {
        throw UserError(file + ": is a folder; an agent.toml is meant");
    }
    std::ifstream stream(file);
    if (!stream)
    {
        throw UserError(file + ": " + std::generic_category().message(errno));
    }
    try
    {
        return toml::parse(stream, file);
    }
    catch (const toml::parse_error& wrong)
    {
        throw UserError(file + ":" + std::to_string(wrong.source().begin.line) + ": " +
                        std::string(wrong.description()));
    }
}

} // namespace

Settings ReadSettings(const std::string& file)
{
    const toml::table root = Parse(file);
    const TomlTable top(file,
                        root,
                        "",
                        {"name",
                         "bind",
                         "advertise",
                         "join",
                         "retry_join",
                         "meta",
                         "events",
                         "control",
                         "metrics",
                         "allow",
                         "datagrams_per_second",
                         "serf",
                         "tags",
                         "protocol",
                         "encryption",
                         "log"});
    Settings settings;
    ReadTop(top, settings);
    ReadTags(file, top, settings);
    if (const toml::table* protocol = top.Table("protocol"))
    {
        ReadProtocol(file, *protocol, settings.config);
    }
    if (const toml::table* table = top.Table("encryption"))
    {
        TomlTable(file, *table, "encryption", {"key_file"}).Read("key_file", settings.keyFile);
    }
    if (const toml::table* table = top.Table("log"))
    {
        const TomlTable log(file, *table, "log", {"level", "file"});
        log.Read("level", settings.logLevel);
        log.Read("file", settings.logFile);
        CheckLogLevel(log.Place("level"), settings.logLevel);
    }
    return settings;
}

void CheckLogLevel(const std::string& where, const std::string& level)
{
    if (std::ranges::find(LOG_LEVELS, level) == std::ranges::end(LOG_LEVELS))
    {
        throw UserError(where + ": there is no level \"" + level + "\"; levels are " +
                        Names(LOG_LEVELS));
    }
}

} // namespace swim::program
