using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Pryvd.Agent.Artifacts;
using Pryvd.Agent.Core;
using Pryvd.Agent.Data;
using Pryvd.Agent.Drivers;
using Pryvd.Agent.Facts;
using Pryvd.Agent.Running;
using Pryvd.Api;
using Pryvd.Model;
using Pryvd.Raft;
using Pryvd.Store;

namespace Pryvd.Agent;

/// <summary>The agent of this node over all sessions of the daemon: one at a time follows the session that is there (a member's or an observer's).</summary>
internal sealed class NodeAgent(NodeHost host, LeaderCalls leader, IDriver driver) : IDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly string _runId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
    private volatile AgentRunner? _running;

    /// <summary>Runs until the session ends; what runs on the node goes on.</summary>
    public async Task RunAsync(ClusterSession session)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            using var local = LocalStore.Open(host.Folder.LocalPath);
            using var fetcher = new ArtifactFetcher(host.Artifacts, sha256 => AgentParts.PeersFor(session, sha256));
            var self = Self(session);
            CloseLogs(self.Paths);
            var parts = new AgentParts
            {
                Self = self,
                Session = session,
                Driver = driver,
                Memory = new MemoryFile(local),
                Versions = new VersionMaker(self, fetcher, UnpackLimits.Default),
                Folders = new HomeFolders(self.Paths, session.ClusterId, host.Clock),
                Leader = leader,
                Mirror = stop => ArtifactMirror.RunAsync(session, host.Artifacts, fetcher, stop),
            };
            var runner = new AgentRunner(
                parts, new NodeMeter(host.Folder.Path), new TagPlugins(host.Options.TagPlugins, problem => host.Logger.LogWarning("{Problem}", problem)));
            _running = runner;
            await runner.RunAsync().ConfigureAwait(false);
        }
        finally
        {
            _running = null;
            _turn.Release();
        }
    }

    /// <summary>A planned stop: what is held on a lease is kept over it.</summary>
    public Task PrepareStopAsync() => _running?.PrepareStopAsync(StopPatience) ?? Task.CompletedTask;

    public void Dispose() => _turn.Dispose();

    /// <summary>What components say is not for everybody on the machine; the guard, which writes it, makes the folders below.</summary>
    private static void CloseLogs(AgentPaths paths)
    {
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(paths.Logs, ownerOnly);
        File.SetUnixFileMode(paths.Logs, ownerOnly);
    }

    private AgentSelf Self(ClusterSession session) => new(
        new NodeId(session.NodeId), _runId, session.NodeName, host.Options.Datacenter, HostOf(host.Address), Path.GetFullPath(host.Options.Socket), new AgentPaths(Path.GetFullPath(host.Folder.Path)));

    /// <summary>host:port or [host]:port without the port.</summary>
    private static string HostOf(string address) => address[..address.LastIndexOf(':')].Trim('[', ']');
}
