// SPDX-License-Identifier: MIT
//
// Commands about keys: keys list, install, use and remove; keygen.
#include "agent/program/client.h"
#include "agent/program/settings.h"
#include "swim/keyring.h"

#include <iostream>
#include <memory>
#include <openssl/rand.h>
#include <string>
#include <utility>

namespace swim::program
{

namespace
{

void PrintKeys(const ClientOptions& options, const Json& request)
{
    const Json answer = Ask(options, request);
    if (PrintedAsJson(options, answer))
    {
        return;
    }
    bool primary = true;
    for (const Json& key : answer.at("keys"))
    {
        std::cout << key.get<std::string>() << (primary ? "  primary" : "") << "\n";
        primary = false;
    }
}

void GenerateKey()
{
    SecretKey key(32);
    if (RAND_bytes(key.data(), static_cast<int>(key.size())) != 1)
    {
        throw UserError("the system has no randomness for a key");
    }
    std::cout << KeyToText(key) << "\n";
}

} // namespace

void AddKeyCommands(CLI::App& app)
{
    CLI::App& keys =
        *app.add_subcommand("keys", "the agent's own keys; change them on each member");
    keys.require_subcommand(1);
    AddClientCommand(keys, "list", "the primary first", [](const ClientOptions& options) {
        PrintKeys(options, {{"command", "keys"}, {"action", "list"}});
    });
    for (const auto& [action, description] :
         {std::pair("install", "add a key that opens messages, and to the key file"),
          std::pair("use", "seal messages under a key that is installed"),
          std::pair("remove", "forget a key that is not the primary one")})
    {
        const auto key = std::make_shared<std::string>();
        AddClientCommand(
            keys,
            action,
            description,
            [key, name = std::string(action)](const ClientOptions& options) {
                PrintKeys(options, {{"command", "keys"}, {"action", name}, {"key", *key}});
            })
            .add_option("key", *key, "in base64, as keygen prints it")
            ->required();
    }
    app.add_subcommand("keygen", "print a new key of 32 bytes, for a key file")
        ->callback(GenerateKey);
}

} // namespace swim::program
