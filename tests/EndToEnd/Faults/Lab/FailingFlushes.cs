using EndToEnd.Harness;

namespace EndToEnd.Faults.Lab;

/// <summary>A disk whose flushes can be made to fail, or not to come back, for files whose path holds a text.</summary>
public sealed class FailingFlushes : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pryvd-flush-").FullName;

    public FailingFlushes() => Shell.Run("gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", Library, Shell.Script("failsync.c"));

    public Habitat Habitat => new()
    {
        Environment = new Dictionary<string, string> { ["LD_PRELOAD"] = Library, ["FAILSYNC"] = Trigger },
    };

    private string Library => Path.Combine(_folder, "failsync.so");

    private string Trigger => Path.Combine(_folder, "trigger");

    public void Fail(string path) => Pull(path);

    /// <summary>Flushes neither fail nor return, until it is mended.</summary>
    public void Hang(string path) => Pull("!" + path);

    public void Mend() => File.Delete(Trigger);

    public void Dispose()
    {
        Mend();
        Directory.Delete(_folder, recursive: true);
    }

    private void Pull(string trigger)
    {
        File.WriteAllText(Trigger + ".new", trigger);
        File.Move(Trigger + ".new", Trigger, overwrite: true);
    }
}
