namespace Pryvd.Model.Components;

/// <summary>Bounds of one spec. They decide what is refused, so they may change only behind a newer cluster version.</summary>
public static class SpecLimits
{
    /// <summary>Bytes of a spec's canonical JSON in UTF-8.</summary>
    public const int Bytes = 64 << 10;

    public const int NameCharacters = 63;

    public const int PortNameCharacters = 32;

    public const int Arguments = 256;

    public const int ArgumentCharacters = 4_096;

    public const int PrepareSteps = 32;

    public const int Variables = 256;

    public const int ValueCharacters = 8_192;

    public const int Ports = 32;

    public const int Checks = 16;

    public const int PathCharacters = 1_024;

    public const int Constraints = 32;

    public const int ConstraintValues = 64;

    public const int SpreadDomains = 8;

    public const int Routes = 64;

    public const int HostCharacters = 253;

    public const int FileNameCharacters = 255;

    public const int MaxPort = 65_535;

    public const int MaxCpuMillis = 1_024_000;

    public const int MaxMemoryMb = 16 << 20;

    public const int MaxTasks = 4 << 20;

    public const long MaxArtifactBytes = 8L << 30;

    public const int SecondMs = 1_000;

    public const int HourMs = 3_600_000;

    public const int DayMs = 24 * HourMs;

    public const long MinLogFileBytes = 64L << 10;

    public const long MaxLogFileBytes = 1L << 30;
}
