using Grpc.Core;
using Microsoft.Extensions.Logging;
using Pryvd.Hosting;
using Pryvd.Peers.Identity;
using Pryvd.Raft;

namespace Pryvd.Peers;

/// <summary>
/// A machine made from an image: its configuration names peers and a file with a token, and it joins them by itself. It tries until it is in a cluster, this one or
/// one that a person makes or joins meanwhile; status says what holds it up.
/// </summary>
internal static class AutoJoin
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>Returns when the node is in a cluster, or at once when nothing is configured.</summary>
    public static async Task RunAsync(NodeHost host, CancellationToken stop)
    {
        if (host.Options is not { Peers.Count: > 0, TokenFile: { } file })
        {
            return;
        }

        for (var pause = Shortest; host.Standing == NodeStanding.New; pause = TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, Longest.Ticks)))
        {
            try
            {
                await host.ChangeAsync(() => JoinAsync(host, file, stop)).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is RpcException or IdentityException)
            {
                var reason = failure is RpcException rpc ? rpc.Status.Detail : failure.Message;
                host.Explain($"It does not join by itself yet: {reason}");
                host.Logger.LogWarning("This node does not join by itself yet: {Reason} It tries again in {Seconds} s", reason, pause.TotalSeconds);
                await Task.Delay(pause, host.Clock, stop).ConfigureAwait(false);
            }
        }
    }

    private static async Task<bool> JoinAsync(NodeHost host, string file, CancellationToken stop)
    {
        if (host.Standing != NodeStanding.New)
        {
            return false;
        }

        var token = System.Text.Encoding.UTF8.GetString(KeyFile.Read(file)).Trim();
        host.Logger.LogInformation("Joining {Peers} by itself", string.Join(", ", host.Options.Peers));
        await JoinFlow.RunAsync(host, host.Options.Peers, token, "", [], stop).ConfigureAwait(false);
        return true;
    }
}
