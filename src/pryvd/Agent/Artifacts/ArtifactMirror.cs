using Microsoft.Extensions.Logging;
using Pryvd.Model.Components;
using Pryvd.Raft;

namespace Pryvd.Agent.Artifacts;

/// <summary>Members keep a copy of every artifact that a component names: what was given to one node alone would be lost with it.</summary>
internal static class ArtifactMirror
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PaceAfterFailure = TimeSpan.FromSeconds(30);

    /// <summary>Runs until it is cancelled.</summary>
    public static async Task RunAsync(ClusterSession session, ArtifactStore store, ArtifactFetcher fetcher, CancellationToken cancel)
    {
        while (true)
        {
            var all = session is MemberSession && await CopyAsync(session, store, fetcher, cancel).ConfigureAwait(false);
            await Task.Delay(all ? Pace : PaceAfterFailure, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Whether everything is here now.</summary>
    private static async Task<bool> CopyAsync(ClusterSession session, ArtifactStore store, ArtifactFetcher fetcher, CancellationToken cancel)
    {
        var wanted = session.Store.Read().State.Running.Components.Values.Select(c => c.Spec.Artifact).OfType<ArtifactRef>();
        var failures = 0;
        foreach (var artifact in wanted.Where(a => store.Find(a.Sha256) is null).DistinctBy(a => a.Sha256).ToList())
        {
            try
            {
                await fetcher.FetchAsync(artifact, () => { }, cancel).ConfigureAwait(false);
            }
            catch (ArtifactException failure)
            {
                failures++;
                session.Parts.Logger.LogInformation("No copy of {Artifact} is kept here yet: {Reason}", artifact.Name, failure.Message);
            }
        }

        return failures == 0;
    }
}
