using Pryvd.Cli;

namespace Pryvd.Tests.Cli;

internal sealed class FakeSnapshots : IOfflineSnapshots
{
    public List<RestoreRequest> Restored { get; } = [];

    public Task<SnapshotFacts> Inspect(string file, CancellationToken stop) => File.Exists(file)
        ? Task.FromResult(new SnapshotFacts(1, "prod", "c1", 2, 3, 40, 1, "abcd", 1234, 3, 5))
        : throw new OfflineSnapshotException($"{file} is no snapshot.");

    public Task<RestoredState> Restore(RestoreRequest request, CancellationToken stop)
    {
        Restored.Add(request);
        return Task.FromResult(new RestoredState("prod", "n1", 3, 40, ["n2", "n3"]));
    }
}
