using EndToEnd.Harness;

namespace EndToEnd.Faults.Lab;

/// <summary>A wall clock that can be set while its daemon runs; timers go on as they were.</summary>
public sealed class LabClock : IDisposable
{
    public const string Library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

    private readonly string _folder = Directory.CreateTempSubdirectory("pryvd-clock-").FullName;

    public LabClock() => Set(TimeSpan.Zero);

    public Habitat Habitat => new()
    {
        Environment = new Dictionary<string, string>
        {
            ["LD_PRELOAD"] = Library,
            ["FAKETIME_TIMESTAMP_FILE"] = Setting,
            ["FAKETIME_CACHE_DURATION"] = "1",
            ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
        },
    };

    private string Setting => Path.Combine(_folder, "offset");

    /// <summary>How far it is from the machine's clock.</summary>
    public void Set(TimeSpan offset)
    {
        File.WriteAllText(Setting + ".new", $"{(offset < TimeSpan.Zero ? "-" : "+")}{Math.Abs(offset.TotalSeconds):F0}\n");
        File.Move(Setting + ".new", Setting, overwrite: true);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
