using Microsoft.Extensions.Logging;
using Pryv.Consensus.Log;
using Pryvd.Api;
using Pryvd.Hosting;
using Pryvd.Peers;
using Pryvd.Peers.Identity;
using Pryvd.Store;

namespace Pryvd.Raft;

/// <summary>
/// What this daemon is: new (in no cluster), joining, running, or stopped with a problem; and the steps between them, one at a time.
/// </summary>
public sealed class NodeHost : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly TaskCompletionSource<Exception> _fatal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private volatile ClusterSession? _session;
    private volatile NodeIdentity? _identity;
    private Task _background = Task.CompletedTask;

    public NodeHost(DaemonOptions options, string address, TimeProvider clock, ILogger logger)
    {
        (Options, Address, Clock, Logger) = (options, address, clock, logger);
        Folder = DataFolder.Of(options.DataDir, options.IdentityDir);
        IdentityFolder = new IdentityFolder(Folder.IdentityPath);
        if (IdentityFolder.Exists)
        {
            // The socket answers before log and state are read: what has an identity is not new meanwhile, and takes no init.
            (Standing, Problem) = (NodeStanding.Joining, "The daemon is starting: log and state are being read.");
        }
    }

    public DaemonOptions Options { get; }

    /// <summary>host:port under which peers reach this node.</summary>
    public string Address { get; }

    public TimeProvider Clock { get; }

    public ILogger Logger { get; }

    public DataFolder Folder { get; }

    public IdentityFolder IdentityFolder { get; }

    public NodeStanding Standing { get; private set; } = NodeStanding.New;

    /// <summary>Why it stands where it does, when that is not as it should be.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>Null unless the node is in a cluster and runs, or has stopped with its state still readable.</summary>
    public ClusterSession? Session => _session;

    /// <summary>Null while the node is in no cluster.</summary>
    public NodeIdentity? Identity => _session?.Identity ?? _identity;

    /// <summary>Ends when the process must: something failed after which nothing here can be relied on.</summary>
    public Task<Exception> Fatal => _fatal.Task;

    /// <summary>A session has started; its duties may begin.</summary>
    public event Action<ClusterSession>? Started;

    /// <exception cref="Grpc.Core.RpcException">The node does not run in a cluster.</exception>
    public ClusterSession RequireSession() => Standing switch
    {
        NodeStanding.Running when _session is { } session => session,
        NodeStanding.Stopped => throw Errors.Stopped(Problem),
        NodeStanding.Joining => throw Errors.NoLeader("This node is still joining its cluster"),
        _ => throw Errors.NotInCluster(),
    };

    /// <summary>The state for stale reads: also that of a node that stopped applying.</summary>
    public StateStore RequireStore() => _session?.Store ?? RequireSession().Store;

    /// <summary>Takes up what the data folder says: nothing, a membership, or one that lost its log.</summary>
    public async Task StartAsync()
    {
        using var turn = await TakeTurnAsync().ConfigureAwait(false);
        if (!IdentityFolder.Exists)
        {
            Logger.LogInformation("This node is in no cluster yet; 'pryvd init' makes one, 'pryvd join' joins one");
            return;
        }

        _identity = IdentityFolder.Load();
        if (DurableLog.Exists(new LibcDisk(Folder.LogPath)))
        {
            await StartSessionAsync().ConfigureAwait(false);
        }
        else
        {
            Standing = NodeStanding.Joining;
            Problem = "The log is gone, the certificate is there: coming back as a new member.";
            _background = Task.Run(RejoinAsync);
        }
    }

    /// <summary>Runs a step that changes what this node is; steps wait for each other.</summary>
    public async Task<T> ChangeAsync<T>(Func<Task<T>> step)
    {
        using var turn = await TakeTurnAsync().ConfigureAwait(false);
        return await step().ConfigureAwait(false);
    }

    /// <summary>Starts as the member that identity and log say. Called within a step.</summary>
    public async Task StartSessionAsync()
    {
        var identity = IdentityFolder.Load();
        var parts = new SessionParts(
            Folder, identity, new PeerBook(Folder.PeersPath, identity.Cluster.NodeId), Address, Clock, Logger);
        try
        {
            _session = await ClusterSession.StartAsync(parts, _stop.Token).ConfigureAwait(false);
        }
        catch (SessionException problem)
        {
            (_identity, Standing, Problem) = (identity, NodeStanding.Stopped, problem.Message);
            Logger.LogError("This node does not run: {Problem}", problem.Message);
            return;
        }

        var session = _session;
        (_identity, Standing, Problem) = (identity, NodeStanding.Running, "");
        session.Transport.NewerEpoch += epoch => _ = RetireAsync(session, EpochCheck.Over(session.LogIdentity.Epoch, epoch, parts));
        _ = WatchAsync(session);
        Started?.Invoke(session);
    }

    /// <summary>Stops being a member for now; what is on disk stays. Called within a step.</summary>
    public async Task StopSessionAsync()
    {
        var session = _session;
        if (session is not null)
        {
            await session.DisposeAsync().ConfigureAwait(false);
            _session = null;
        }
    }

    /// <summary>The node is in no cluster any more. Called within a step.</summary>
    public void BecomeNew() => (_identity, Standing, Problem) = (null, NodeStanding.New, "");

    /// <summary>Peers say that this node's time as this member is over.</summary>
    public async Task RetireAsync(ClusterSession session, string problem)
    {
        using var turn = await TakeTurnAsync().ConfigureAwait(false);
        if (_session == session && Standing == NodeStanding.Running)
        {
            session.Runner.Dispose();
            (Standing, Problem) = (NodeStanding.Stopped, problem);
            Logger.LogError("This node has stopped: {Problem}", problem);
        }
    }

    /// <summary>Runs something that goes on as long as a session; when it fails before that ends, the process does.</summary>
    internal async Task SuperviseAsync(ClusterSession session, Task duty)
    {
        try
        {
            await duty.ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            if (session.Runner.Ended.IsCompleted)
            {
                Logger.LogDebug(failure, "A duty ended with its session");
            }
            else
            {
                _fatal.TrySetResult(failure);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _background.ConfigureAwait(false);
        using (await TakeTurnAsync().ConfigureAwait(false))
        {
            await StopSessionAsync().ConfigureAwait(false);
        }

        _stop.Dispose();
    }

    private async Task RejoinAsync()
    {
        try
        {
            await RejoinFlow.RunAsync(this, _stop.Token).ConfigureAwait(false);
            using var turn = await TakeTurnAsync().ConfigureAwait(false);
            await StartSessionAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            Logger.LogInformation("Stopped while rejoining");
        }
        catch (SessionException problem)
        {
            (Standing, Problem) = (NodeStanding.Stopped, problem.Message);
            Logger.LogError("This node cannot rejoin: {Problem}", problem.Message);
        }
        catch (Exception failure)
        {
            _fatal.TrySetResult(failure);
        }
    }

    /// <summary>A command of a newer version leaves the node up, to say so; anything else ends the process.</summary>
    private async Task WatchAsync(ClusterSession session)
    {
        var failure = await session.Runner.Ended.ConfigureAwait(false);
        switch (failure)
        {
            case null:
                break;
            case NewerCommandException newer:
                await RetireAsync(session, newer.Message).ConfigureAwait(false);
                break;
            default:
                _fatal.TrySetResult(failure);
                break;
        }
    }

    private async Task<Turn> TakeTurnAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        return new Turn(_turn);
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
