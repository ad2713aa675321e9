namespace Pryvd.Hosting;

/// <summary>One daemon a data folder: two would write one log.</summary>
public sealed class InstanceLock : IDisposable
{
    private readonly LockFile _held;

    private InstanceLock(LockFile held) => _held = held;

    /// <summary>Locks DATA/LOCK until disposed or until the process ends.</summary>
    /// <exception cref="StartupException">Another daemon has it, or the folder cannot be written.</exception>
    public static InstanceLock Take(string dataFolder)
    {
        try
        {
            return LockFile.TryTake(Path.Combine(dataFolder, "LOCK"), out var holder) is { } held
                ? new InstanceLock(held)
                : throw new StartupException(
                    $"The data folder {dataFolder} is in use by another pryvd (pid {holder}). Stop it, or give this one its own --data-dir.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The data folder {dataFolder} cannot be locked: {e.Message} Does it exist, and may this user write to it?", e);
        }
    }

    public void Dispose() => _held.Dispose();
}
