using System.CommandLine;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;
using Pryvd.Hosting;

namespace Pryvd.Cli.Verbs;

internal static class RunVerb
{
    private const string SocketKey = "socket";

    public static Verb Create(Kit kit)
    {
        var config = new Option<string>("--config") { Description = $"Settings file (PRYVD_CONFIG) [default: {DaemonOptions.DefaultConfigFile}]", HelpName = "FILE" };
        var flags = SettingKey.All.Where(key => key.Key != SocketKey).ToDictionary(key => key.Key, Flag);
        var verb = new Verb(
            "run", "Run the daemon until SIGTERM; every setting is a flag, PRYVD_* or a line of the file, in this order",
            "pryvd run", "pryvd run --data-dir ./data --socket ./pryvd.sock --listen 127.0.0.1:7411 --name n1") { config };
        foreach (var flag in flags.Values)
        {
            verb.Add(flag);
        }

        return verb.Does(kit, call =>
        {
            var given = flags.ToDictionary(flag => flag.Key, flag => Given(call, flag.Value));
            given[SocketKey] = call.Value(kit.Socket) is { } socket ? [socket] : [];
            var result = Read();
            return result.Options is { } options ? call.Parts.Run(options, Read, call.Stop) : throw Refused(result.Problems);

            ConfigResult Read() => DaemonConfiguration.Load(call.Value(config), given, call.Terminal.Environment);
        });
    }

    public static CliException Refused(IReadOnlyList<ConfigProblem> problems) => CliException.Usage(
        problems.Count == 1 ? $"{problems[0]}" : $"{problems.Count} settings cannot be used: {string.Join(" | ", problems)}",
        "see 'pryvd run --help' for the settings");

    private static IReadOnlyList<string> Given(Call call, Option flag) => flag switch
    {
        Option<string[]> many => call.Value(many) ?? [],
        Option<string> one => call.Value(one) is { } value ? [value] : [],
        _ => [],
    };

    private static Option Flag(SettingKey key) => key.Shape switch
    {
        SettingShape.List or SettingShape.Map => new Option<string[]>(key.Flag)
        {
            Description = key.Help + "; may be repeated",
            HelpName = key.Shape == SettingShape.Map ? "K=V" : "VALUE",
        },
        _ => new Option<string>(key.Flag) { Description = key.Help, HelpName = key.Shape == SettingShape.Path ? "PATH" : "VALUE" },
    };
}
