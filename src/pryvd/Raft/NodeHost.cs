using Microsoft.Extensions.Logging;
using Pryv.Consensus;
using Pryv.Consensus.Log;
using Pryvd.Agent.Artifacts;
using Pryvd.Agent.Core;
using Pryvd.Agent.Running;
using Pryvd.Api;
using Pryvd.Hosting;
using Pryvd.Observers;
using Pryvd.Peers;
using Pryvd.Peers.Identity;
using Pryvd.Store;

namespace Pryvd.Raft;

/// <summary>
/// What this daemon is: new (in no cluster), joining, running, or stopped with a problem; and the steps between them, one at a time.
/// </summary>
public sealed class NodeHost : IAsyncDisposable
{
    private readonly Turns _turns = new();
    private readonly TaskCompletionSource<Exception> _fatal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly Rejoining _rejoining = new();
    private volatile ClusterSession? _session;
    private volatile NodeIdentity? _identity;
    private readonly Task<NodeIdentity>? _loading;
    private StateAhead? _ahead;

    public NodeHost(DaemonOptions options, string address, TimeProvider clock, ILogger logger)
    {
        (Options, Address, Clock, Logger) = (options, address, clock, logger);
        Folder = DataFolder.Of(options.DataDir, options.IdentityDir);
        IdentityFolder = new IdentityFolder(Folder.IdentityPath);
        Artifacts = new ArtifactStore(
            new AgentPaths(Folder.Path).Artifacts, (long)options.ArtifactSpaceMb << 20, sha256 => _session is { } session && AgentParts.IsNeeded(session, sha256));
        if (IdentityFolder.Exists)
        {
            // The socket answers before log and state are read: what has an identity is not new meanwhile, and takes no init.
            (Standing, Problem) = (NodeStanding.Joining, "The daemon is starting: log and state are being read.");

            // Keys and certificates are read and checked while the ports are opened.
            _loading = Task.Run(IdentityFolder.Load);
            _ahead = HasState ? StateAhead.Begin(Folder) : null;
        }
    }

    public DaemonOptions Options { get; }

    /// <summary>host:port under which peers reach this node.</summary>
    public string Address { get; }

    public TimeProvider Clock { get; }

    public ILogger Logger { get; }

    public DataFolder Folder { get; }

    public IdentityFolder IdentityFolder { get; }

    /// <summary>Artifacts that are stored on this node.</summary>
    public ArtifactStore Artifacts { get; }

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
        NodeStanding.Running => throw Errors.NoLeader("This node is between two steps of its membership"),
        NodeStanding.Stopped => throw Errors.Stopped(Problem),
        NodeStanding.Joining => throw Errors.NoLeader("This node is still joining its cluster"),
        _ => throw Errors.NotInCluster(),
    };

    /// <exception cref="NotLeaderException">The node is no member.</exception>
    public MemberSession RequireMember() => RequireSession() as MemberSession ?? throw new NotLeaderException();

    /// <summary>The state for stale reads: also that of a node that stopped applying.</summary>
    public StateStore RequireStore() => _session?.Store ?? RequireSession().Store;

    /// <summary>Takes up what the data folder says: nothing, a membership, or one that lost its log.</summary>
    public async Task StartAsync()
    {
        using var turn = await _turns.TakeAsync().ConfigureAwait(false);
        if (_session is not null)
        {
            // Somebody was quicker than we with an init or join over the socket.
            return;
        }

        if (!IdentityFolder.Exists)
        {
            Logger.LogInformation("This node is in no cluster yet; 'pryvd init' makes one, 'pryvd join' joins one");
            return;
        }

        await TakeUpAsync(_loading is null ? IdentityFolder.Load() : await _loading.ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>Runs a step that changes what this node is; steps wait for each other. One that fails half-way leaves what the data folder says.</summary>
    public async Task<T> ChangeAsync<T>(Func<Task<T>> step)
    {
        using var turn = await _turns.TakeAsync().ConfigureAwait(false);
        await DropAheadAsync().ConfigureAwait(false);
        var (ran, belonged) = (_session is not null, IdentityFolder.Exists);
        try
        {
            return await step().ConfigureAwait(false);
        }
        catch (Exception failure) when (IsHalfWay(ran, belonged))
        {
            await TakeUpAgainAsync(failure).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts as the member or observer that the data folder says. Called within a step.</summary>
    public Task StartSessionAsync() => StartSessionAsync(IdentityFolder.Load());

    private async Task StartSessionAsync(NodeIdentity identity)
    {
        var parts = new SessionParts(
            Folder, identity, new PeerBook(Folder.PeersPath, identity.Cluster.NodeId), Address, Options.Datacenter, Clock, Logger) { Ahead = _ahead };
        try
        {
            _session = await SessionOpening.OpenAsync(this, parts, _stop.Token).ConfigureAwait(false);
        }
        catch (SessionException problem)
        {
            (_identity, Standing, Problem) = (identity, NodeStanding.Stopped, problem.Message);
            Logger.LogError("This node does not run: {Problem}", problem.Message);
            return;
        }
        finally
        {
            await DropAheadAsync().ConfigureAwait(false);
        }

        var session = _session;
        (_identity, Standing, Problem) = (identity, NodeStanding.Running, "");
        _ = WatchAsync(session);
        Started?.Invoke(session);
    }

    /// <summary>Stops being a member for now; what is on disk stays. Called within a step.</summary>
    public async Task StopSessionAsync()
    {
        if (_session is { } session)
        {
            _session = null;
            await session.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Something failed after which nothing here can be relied on: the process ends.</summary>
    public void Fail(Exception failure) => _fatal.TrySetResult(failure);

    /// <summary>Gives up coming back, if that is under way: what it would write must not fall into a membership that begins after it.</summary>
    public Task EndRejoiningAsync() => _rejoining.EndAsync();

    /// <summary>Why a node in no cluster still is in none.</summary>
    public void Explain(string problem)
    {
        if (Standing == NodeStanding.New)
        {
            Problem = problem;
        }
    }

    /// <summary>The node is in no cluster any more. Called within a step.</summary>
    public void BecomeNew() => (_identity, Standing, Problem) = (null, NodeStanding.New, "");

    /// <summary>Peers say that this node's time as this member is over.</summary>
    public async Task RetireAsync(ClusterSession session, string problem)
    {
        using var turn = await _turns.TakeAsync().ConfigureAwait(false);
        if (_session == session && Standing == NodeStanding.Running)
        {
            session.Stop();
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
            if (session.Ended.IsCompleted)
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
        await _rejoining.EndAsync().ConfigureAwait(false);
        using (await _turns.TakeAsync().ConfigureAwait(false))
        {
            await DropAheadAsync().ConfigureAwait(false);
            await StopSessionAsync().ConfigureAwait(false);
        }

        _stop.Dispose();
    }

    /// <summary>The cluster was recovered or restored: what an observer has may not be part of it any more, so it is put aside and had anew.</summary>
    internal async Task BeginAnewAsync(ObserverSession session, Epoch epoch)
    {
        try
        {
            using var turn = await _turns.TakeAsync().ConfigureAwait(false);
            if (_session != session || epoch <= session.Epoch)
            {
                return;
            }

            Logger.LogWarning("The cluster is in epoch {Epoch}; the state of epoch {Old} is put aside and had anew", epoch.Value, session.Epoch.Value);
            Standing = NodeStanding.Joining;
            await StopSessionAsync().ConfigureAwait(false);
            Leftovers.MoveAside(Folder, "before-epoch", Clock.GetUtcNow());
            ObserverMark.Write(Folder, epoch);
            await StartSessionAsync().ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            _fatal.TrySetResult(failure);
        }
    }

    private bool HasState => DurableLog.Exists(new LibcDisk(Folder.LogPath)) || File.Exists(Folder.ObserverPath);

    /// <summary>Called within a step: only the first session has use for it.</summary>
    private async Task DropAheadAsync()
    {
        if (_ahead is { } ahead)
        {
            _ahead = null;
            await ahead.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task TakeUpAsync(NodeIdentity identity)
    {
        _identity = identity;
        if (HasState)
        {
            await StartSessionAsync(identity).ConfigureAwait(false);
        }
        else
        {
            (Standing, Problem) = (NodeStanding.Joining, "Log or state is gone, the certificate is there: coming back.");
            _rejoining.Begin(RejoinAsync);
        }
    }

    /// <summary>Whether a step ended in between: it stopped what ran, gave or took an identity, or gave up a rejoin.</summary>
    private bool IsHalfWay(bool ran, bool belonged) =>
        _session is null && (ran || belonged != IdentityFolder.Exists || (Standing == NodeStanding.Joining && !_rejoining.IsRunning));

    /// <summary>A step failed after it had stopped the session: the node must not stand there as if it ran. What cannot be taken up again ends the process.</summary>
    private async Task TakeUpAgainAsync(Exception failure)
    {
        Logger.LogWarning("A step of this node's membership failed: {Reason}", failure.Message);
        try
        {
            if (IdentityFolder.Exists)
            {
                await TakeUpAsync(IdentityFolder.Load()).ConfigureAwait(false);
            }
            else
            {
                BecomeNew();
            }
        }
        catch (Exception worse)
        {
            _fatal.TrySetResult(worse);
        }
    }

    private async Task RejoinAsync(CancellationToken given)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, given);
        try
        {
            await RejoinFlow.RunAsync(this, stop.Token).ConfigureAwait(false);
            using var turn = await _turns.TakeAsync().ConfigureAwait(false);
            await StartSessionAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
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
        var failed = session.Store.Failed;
        var first = await Task.WhenAny(session.Ended, failed).ConfigureAwait(false);
        var failure = first == failed ? await failed.ConfigureAwait(false) : await session.Ended.ConfigureAwait(false);
        switch (failure)
        {
            case null:
                break;
            case NewerCommandException or PullDivergedException:
                await RetireAsync(session, failure.Message).ConfigureAwait(false);
                break;
            default:
                _fatal.TrySetResult(failure);
                break;
        }
    }
}
