namespace Pryvd.Hosting;

/// <summary>For whom an entry of the log is; every entry has one (requirement V4).</summary>
public static class LogCategory
{
    /// <summary>Name of the property that holds it.</summary>
    public const string Property = "category";

    /// <summary>For who runs or mends the daemon.</summary>
    public const string Debug = "debug";

    /// <summary>Who did what.</summary>
    public const string Audit = "audit";

    /// <summary>Refused, revoked, suspicious.</summary>
    public const string Security = "security";
}
