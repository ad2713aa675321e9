using System.Collections.Concurrent;
using Grpc.Core;
using Pryv.Internal.V1;
using Pryvd.Model.Components;

namespace Pryvd.Agent.Artifacts;

/// <summary>A peer that may have an artifact.</summary>
public sealed record ArtifactPeer(string Name, Func<Peer.PeerClient> Client);

/// <summary>
/// Takes artifacts from peers (R2): one after the other until one has it, going on where the last one broke off. Two at a time on a node;
/// the same content once.
/// </summary>
/// <param name="peers">Whom to ask for a content, the likeliest first; asked anew for each try.</param>
public sealed class ArtifactFetcher(ArtifactStore store, Func<string, IReadOnlyList<ArtifactPeer>> peers) : IDisposable
{
    /// <summary>Most peers that are asked in one try.</summary>
    public const int MostPeers = 64;

    private const int AtOnce = 2;

    /// <summary>A peer that sends nothing for so long is left.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _slots = new(AtOnce);
    private readonly ConcurrentDictionary<string, Task> _underWay = new(StringComparer.Ordinal);

    /// <summary>Ends when the content is here; it is not fetched when it is already.</summary>
    /// <param name="artifact">What to fetch.</param>
    /// <param name="begun">Called when it has to be fetched.</param>
    /// <param name="cancel">Leaves what came so far for the next try.</param>
    /// <returns>Path of the content.</returns>
    /// <exception cref="ArtifactException">No peer has it or gave it, or there is no room.</exception>
    public async Task<string> FetchAsync(ArtifactRef artifact, Action begun, CancellationToken cancel)
    {
        if (store.Find(artifact.Sha256) is { } here)
        {
            store.Touch(artifact.Sha256);
            return here;
        }

        begun();
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (_underWay.GetOrAdd(artifact.Sha256, turn.Task) is var other && other != turn.Task)
        {
            await other.WaitAsync(cancel).ConfigureAwait(false);
        }

        try
        {
            return store.Find(artifact.Sha256) ?? await InSlotAsync(artifact, cancel).ConfigureAwait(false);
        }
        finally
        {
            _underWay.TryRemove(artifact.Sha256, out _);
            turn.SetResult();
        }
    }

    public void Dispose() => _slots.Dispose();

    private async Task<string> InSlotAsync(ArtifactRef artifact, CancellationToken cancel)
    {
        await _slots.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return await FromPeersAsync(artifact, cancel).ConfigureAwait(false);
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task<string> FromPeersAsync(ArtifactRef artifact, CancellationToken cancel)
    {
        using var intake = store.Begin(artifact.Sha256, artifact.Size);
        var failures = new List<string>();
        var asked = peers(artifact.Sha256).Take(MostPeers).ToList();
        foreach (var peer in asked)
        {
            if (await TryAsync(peer, artifact, intake, failures, cancel).ConfigureAwait(false))
            {
                return store.Find(artifact.Sha256)!;
            }
        }

        throw new ArtifactException(
            $"The artifact {artifact.Name} ({artifact.Sha256[..12]}) could not be fetched: {(failures.Count > 0 ? string.Join("; ", failures.Take(3)) : $"none of {asked.Count} peers has it")}. "
            + "If no node has it any more, apply the component again from where its file is.");
    }

    private static async Task<bool> TryAsync(ArtifactPeer peer, ArtifactRef artifact, ArtifactIntake intake, List<string> failures, CancellationToken cancel)
    {
        try
        {
            await ReceiveAsync(peer, artifact, intake, cancel).ConfigureAwait(false);
            if (!intake.IsComplete)
            {
                failures.Add($"{peer.Name} broke off after {intake.Offset} of {artifact.Size} bytes");
                return false;
            }

            await intake.FinishAsync(cancel).ConfigureAwait(false);
            return true;
        }
        catch (RpcException none) when (none.StatusCode == StatusCode.NotFound)
        {
            return false;
        }
        catch (Exception failure) when (failure is RpcException or IOException or InvalidOperationException || (failure is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            failures.Add($"{peer.Name}: {(failure as RpcException)?.Status.Detail ?? failure.Message}");
            return false;
        }
        catch (ArtifactException failure) when (intake.Offset == 0)
        {
            // It was not what it was said to be; another peer may have the right one.
            failures.Add($"{peer.Name}: {failure.Message}");
            return false;
        }
    }

    private static async Task ReceiveAsync(ArtifactPeer peer, ArtifactRef artifact, ArtifactIntake intake, CancellationToken cancel)
    {
        using var silent = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        silent.CancelAfter(Patience);
        using var call = peer.Client().FetchArtifact(
            new FetchArtifactRequest { Sha256 = artifact.Sha256, Offset = intake.Offset }, cancellationToken: silent.Token);
        while (await call.ResponseStream.MoveNext(silent.Token).ConfigureAwait(false))
        {
            silent.CancelAfter(Patience);
            intake.Write(call.ResponseStream.Current.Data.Span);
        }
    }
}
