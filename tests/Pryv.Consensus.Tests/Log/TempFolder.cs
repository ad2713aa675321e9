namespace Pryv.Consensus.Tests.Log;

/// <summary>A folder of the real disk that goes with the test.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("pryvd-log-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
