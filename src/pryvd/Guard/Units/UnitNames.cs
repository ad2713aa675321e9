using System.Globalization;

namespace Pryvd.Guard.Units;

/// <summary>
/// Names of units: pryvd-core-0.service in pryvd.slice. One name for all runs of an instance, so that systemd itself refuses two at once.
/// The guard of any other data folder than the machine's has its mark in them, so that two clusters on one machine do not meet.
/// </summary>
internal sealed class UnitNames
{
    private readonly string _prefix;

    private UnitNames(string prefix) => _prefix = prefix;

    public string Slice => _prefix + ".slice";

    public static UnitNames Of(GuardFolder folder) =>
        new(folder == GuardFolder.In(GuardOptions.DefaultDataDir) ? "pryvd" : "pryvd_" + folder.Mark());

    /// <summary>The number comes last, so that no two instances have the same.</summary>
    public string Unit(string component, int ordinal) => string.Create(CultureInfo.InvariantCulture, $"{_prefix}-{component}-{ordinal}.service");
}
