using System.CommandLine;
using Pryvd.Cli.Parsing;
using Pryvd.Dev;

namespace Pryvd.Cli.Verbs;

internal static class DevVerb
{
    private const int MostNodes = 9;

    public static Verb Create(Kit kit)
    {
        var nodes = new Option<int>("--nodes") { Description = $"How many daemons, 1 to {MostNodes}", HelpName = "N", DefaultValueFactory = _ => 3 };
        nodes.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !(int.TryParse(result.Tokens[0].Value, out var count) && count is >= 1 and <= MostNodes))
            {
                result.AddError($"--nodes takes 1 to {MostNodes}.");
            }
        });
        var folder = new Option<string?>("--data-dir") { Description = "Where the data of all nodes lies [default: ~/.local/state/pryvd-dev]", HelpName = "PATH" };
        var bare = new Option<bool>("--no-examples") { Description = "Do not apply the example components" };
        return new Verb(
            "dev", "Run a whole cluster on this machine until Ctrl-C; a second start goes on with its data", "pryvd dev", "pryvd dev --nodes 5 --data-dir ./dev")
        { nodes, folder, bare }.Does(kit, async call =>
        {
            var path = Path.GetFullPath(call.Value(folder) ?? DefaultFolder(call.Terminal));
            await using var cluster = DevCluster.Start(path, call.Value(nodes));
            try
            {
                await cluster.FormAsync(line => call.Terminal.Out.WriteLine(line), call.Stop);
                if (!call.Value(bare))
                {
                    await DevExamples.Find().ApplyAsync(cluster.Nodes[0], line => call.Terminal.Out.WriteLine(line), call.Stop);
                }

                await call.Terminal.Out.WriteLineAsync(Hints(cluster));
                await new DevScreen(cluster, call.Terminal.Out).RunAsync(call.Terminal.OutIsTerminal, call.Stop);
            }
            catch (OperationCanceledException) when (call.Stop.IsCancellationRequested)
            {
                await call.Terminal.Out.WriteLineAsync("Stopped before the cluster was whole; start again to go on.");
            }
            catch (DevException problem)
            {
                throw CliException.Failed("The cluster did not come up.", problem.Message);
            }

            await call.Terminal.Out.WriteLineAsync($"Stopping; the data stays in {path}.");
        });
    }

    private static string Hints(DevCluster cluster) => $"""

        The cluster is up. In another terminal:

          export PRYVD_SOCKET={cluster.Nodes[0].Socket}
          alias pryvd='{DevNode.ProgramLine}'
          pryvd status
          pryvd var set greeting=hello && pryvd var get greeting
          pryvd event watch
          pryvd component list
          pryvd route list
          pryvd component explain core/0

        Logs: {cluster.Folder}/n*.log

        """;

    private static string DefaultFolder(Terminal terminal) => Path.Combine(
        terminal.Environment("XDG_STATE_HOME") is { Length: > 0 } state ? state : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state"),
        "pryvd-dev");
}
