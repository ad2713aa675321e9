using System.CommandLine;
using System.Text.Json.Nodes;
using Grpc.Core;
using Pryv.V1;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class LogsVerb
{
    private const int DefaultTail = 100;

    public static Verb Create(Kit kit)
    {
        var instance = new Argument<string>("INSTANCE") { Description = "The instance, for example core/0" };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with what it writes, until Ctrl-C (exit 130)" };
        var tail = new Option<int>("--tail", "-n") { Description = "The last so many lines first; 0 for all that is kept", HelpName = "N", DefaultValueFactory = _ => DefaultTail };
        return new Verb("logs", "Print the output of an instance, from any node", "pryvd logs core/0", "pryvd logs core/0 -f -n 20")
        { instance, follow, tail }.Does(kit, async call =>
        {
            var request = new ReadLogsRequest { Instance = call.Value(instance), Tail = call.Value(tail), Follow = call.Value(follow) };
            using var stream = call.Daemon.Logs.ReadLogs(request, call.StreamOptions(call.Value(follow) ? null : call.Timeout));
            while (await stream.ResponseStream.MoveNext(call.Stop))
            {
                foreach (var line in stream.ResponseStream.Current.Lines)
                {
                    Print(call, line);
                }
            }
        });
    }

    private static void Print(Call call, LogLine line)
    {
        var text = line.Text.ToStringUtf8();
        var json = new JsonObject { ["time"] = Times.Rfc3339(line.TimeMs), ["stream"] = line.Stream, ["text"] = text };
        call.Output.Item(json, line.Stream == "pryvd" ? $"[pryvd: {text}]" : text);
    }
}
